#include <cstddef>
#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "websocket/decoder.hpp"
#include "websocket/decoder_samples.hpp"

namespace chatserver::websocket {
namespace {

using namespace std::string_literals;
using test::client_frame;
using test::client_header;
using test::decode;
using test::decode_bytewise;
using test::Fin;
using test::message_bytes_max;
using test::more_frame;
using test::Outcome;
using test::RecordingSink;
using test::text_frame;
using testing::ElementsAre;
using testing::IsEmpty;

struct ViolationCase {
  const char* name;
  std::string bytes;
  std::uint16_t close_code;
  std::size_t bytes_needed;  // after which the violation is certain
};

class DecoderViolation : public testing::TestWithParam<ViolationCase> {};

TEST_P(DecoderViolation, IsReportedAtTheByteThatMakesItCertain) {
  const Outcome outcome = decode_bytewise(GetParam().bytes);
  EXPECT_EQ(outcome.violation(), GetParam().close_code);
  EXPECT_EQ(outcome.bytes_taken, GetParam().bytes_needed);
  EXPECT_FALSE(outcome.partial);
}

TEST_P(DecoderViolation, ComesAfterWhatWasBeforeIt) {
  const Outcome outcome = decode(text_frame("before") + GetParam().bytes + text_frame("after"));
  EXPECT_EQ(outcome.violation(), GetParam().close_code);
  EXPECT_THAT(outcome.calls, ElementsAre("text before"));
}

// A header is 6 bytes up to 125 of payload, 8 up to 65535.
INSTANTIATE_TEST_SUITE_P(
    Each, DecoderViolation,
    testing::Values(
        ViolationCase{"Unmasked", "\x81\x01x"s, 1002, 2},
        ViolationCase{"Rsv1", client_frame(1, "x", {.reserved_bits = 0x40}), 1002, 1},
        ViolationCase{"Rsv2", client_frame(1, "x", {.reserved_bits = 0x20}), 1002, 1},
        ViolationCase{"Rsv3OfPing", client_frame(9, "x", {.reserved_bits = 0x10}), 1002, 1},
        ViolationCase{"Opcode3", client_frame(3, ""), 1002, 1},
        ViolationCase{"Opcode7", client_frame(7, ""), 1002, 1},
        ViolationCase{"Opcode11", client_frame(11, ""), 1002, 1},
        ViolationCase{"Opcode15", client_frame(15, ""), 1002, 1},
        ViolationCase{"FragmentedPing", client_frame(9, "x", {Fin::more}), 1002, 1},
        ViolationCase{"FragmentedPong", client_frame(10, "x", {Fin::more}), 1002, 1},
        ViolationCase{"FragmentedClose", client_frame(8, "", {Fin::more}), 1002, 1},
        ViolationCase{"LongPing", client_frame(9, std::string(126, 'x')), 1002, 2},
        ViolationCase{"LongClose", client_frame(8, std::string(126, 'x')), 1002, 2},
        ViolationCase{"ContinuationOfNothing", more_frame("x"), 1002, 1},
        ViolationCase{"UnfinishedContinuationOfNothing", more_frame("x", Fin::more), 1002, 1},
        ViolationCase{"TextInsideMessage", text_frame("a", Fin::more) + text_frame("b"), 1002, 8},
        ViolationCase{"BinaryInsideMessage", text_frame("a", Fin::more) + client_frame(2, "b"), 1002, 8},
        ViolationCase{"Binary", client_frame(2, "x"), 1003, 1},
        ViolationCase{"BinaryFragment", client_frame(2, "x", {Fin::more}), 1003, 1},
        ViolationCase{"Length16TooSmall", client_frame(1, std::string(125, 'x'), {.length_bytes = 2}), 1002,
                      4},
        ViolationCase{"Length64TooSmall", client_frame(1, std::string(65535, 'x'), {.length_bytes = 8}), 1002,
                      10},
        ViolationCase{"LengthTopBit", client_header(1, 1ULL << 63), 1002, 10},
        ViolationCase{"TooLarge", client_header(1, message_bytes_max + 1), 1009, 10},
        ViolationCase{"FarTooLarge", client_header(1, (1ULL << 63) - 1), 1009, 10},
        ViolationCase{"TooLargeIn32BitsAlone", client_header(1, (1ULL << 32) + 1), 1009, 10},
        ViolationCase{"FragmentsTooLarge",
                      text_frame(std::string(40'000, 'x'), Fin::more) + client_header(0, 30'001), 1009,
                      40'008 + 4},
        ViolationCase{"CloseOfOneByte", client_frame(8, "x"), 1002, 7},
        ViolationCase{"CloseCode1005", client_frame(8, "\x03\xED"), 1002, 8},
        ViolationCase{"CloseReasonNotUtf8", client_frame(8, "\x03\xE8\xC3"), 1007, 9},
        ViolationCase{"Utf8AtTheStart", text_frame("\xFFxxx"), 1007, 7},
        ViolationCase{"Utf8InsideAFragment", text_frame("\xCE\xBA\xF4\x90\x80\x80zz", Fin::more), 1007, 10},
        ViolationCase{"Utf8InTheSecondFragment", text_frame("\xCE", Fin::more) + more_frame("A"), 1007, 14},
        ViolationCase{"Utf8Unfinished", text_frame("abc\xF0\x90\x80"), 1007, 12},
        ViolationCase{"Utf8UnfinishedInTheLastFragment", text_frame("abc\xF0", Fin::more) + more_frame(""),
                      1007, 16}),
    [](const auto& test) { return test.param.name; });

TEST(Decoder, NothingIsTakenAfterAViolation) {
  RecordingSink sink;
  Decoder decoder(message_bytes_max);
  std::string bad = client_frame(2, "x");
  ASSERT_FALSE(decoder.feed(bad, sink).has_value());
  std::string good = text_frame("x");
  EXPECT_EQ(decoder.feed(good, sink), Decoded::stopped);
  EXPECT_THAT(sink.calls, IsEmpty());
}

TEST(Decoder, MessageOfExactlyTheLimitIsTaken) {
  const std::string half(message_bytes_max / 2, 'x');
  const Outcome outcome = decode_bytewise(text_frame(half, Fin::more) + more_frame(half));
  EXPECT_EQ(outcome.result, Decoded::all);
  EXPECT_THAT(outcome.calls, ElementsAre("text " + half + half));
}

TEST(Decoder, ControlFramesDoNotCountAgainstTheLimit) {
  const Outcome outcome = decode(text_frame(std::string(message_bytes_max, 'x'), Fin::more) +
                                 client_frame(9, std::string(125, 'p')) + more_frame(""));
  EXPECT_EQ(outcome.result, Decoded::all);
  EXPECT_EQ(outcome.calls.size(), 2U);
}

}  // namespace
}  // namespace chatserver::websocket
