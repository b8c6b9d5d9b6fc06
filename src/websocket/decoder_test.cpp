#include "websocket/decoder.hpp"

#include <algorithm>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::websocket {

void PrintTo(const Violation& violation, std::ostream* os) {
  *os << violation.close_code << ' ' << violation.reason;
}

namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t message_bytes_max = 70'000;

// Writes down every call, one line each.
class RecordingSink final : public Sink {
 public:
  explicit RecordingSink(std::size_t calls_max = 1000) : calls_left_(calls_max) {}

  bool on_message(std::string_view text) override { return record("text ", text); }
  bool on_ping(std::string_view payload) override { return record("ping ", payload); }
  bool on_pong(std::string_view payload) override { return record("pong ", payload); }
  void on_close(std::uint16_t code, std::string_view reason) override {
    static_cast<void>(record("close " + std::to_string(code) + " ", reason));
  }

  std::vector<std::string> calls;

 private:
  bool record(std::string what, std::string_view payload) {
    calls.push_back(what.append(payload));
    return --calls_left_ > 0;
  }

  std::size_t calls_left_;
};

enum class Fin : std::uint8_t { more, last };

// How a client's frame differs from a plain one.
struct Shape {
  Fin fin = Fin::last;
  int length_bytes = 0;  // 0: the shortest form; else 1, 2 or 8
  std::uint8_t reserved_bits = 0;
};

std::string client_header(int opcode, std::uint64_t length, Shape shape = {}) {
  std::string out;
  out += static_cast<char>((shape.fin == Fin::last ? 0x80 : 0) | shape.reserved_bits | opcode);
  const int length_bytes = shape.length_bytes != 0 ? shape.length_bytes
                           : length < 126          ? 1
                           : length < 65536        ? 2
                                                   : 8;
  if (length_bytes == 1) return out += static_cast<char>(0x80 | length);
  out += static_cast<char>(length_bytes == 2 ? 0xFE : 0xFF);
  for (int i = length_bytes - 1; i >= 0; --i) out += static_cast<char>(length >> 8 * i & 0xFF);
  return out;
}

std::string client_frame(int opcode, std::string_view payload, Shape shape = {}) {
  constexpr char mask[] = {'\x37', '\xFA', '\x21', '\x3D'};
  std::string out = client_header(opcode, payload.size(), shape);
  out.append(mask, 4);
  for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ mask[i % 4]);
  return out;
}

std::string text_frame(std::string_view payload, Fin fin = Fin::last) {
  return client_frame(1, payload, {fin});
}
std::string more_frame(std::string_view payload, Fin fin = Fin::last) {
  return client_frame(0, payload, {fin});
}

struct Outcome {
  std::vector<std::string> calls;
  std::expected<Decoded, Violation> result;
  std::size_t bytes_taken = 0;  // when the outcome was certain, to the piece
  bool partial = false;

  [[nodiscard]] std::uint16_t violation() const { return result ? 0 : result.error().close_code; }
};

// `next_piece` gives the length of each piece; 0 means all that is left.
template <class NextPiece>
Outcome decode(std::string bytes, NextPiece next_piece) {
  RecordingSink sink;
  Decoder decoder(message_bytes_max);
  Outcome outcome{.calls = {}, .result = Decoded::all};
  std::span<char> left(bytes);
  while (!left.empty() && outcome.result == Decoded::all) {
    const std::size_t wanted = next_piece();
    const std::size_t take = wanted == 0 ? left.size() : std::min(wanted, left.size());
    outcome.result = decoder.feed(left.first(take), sink);
    left = left.subspan(take);
    outcome.bytes_taken += take;
  }
  outcome.calls = sink.calls;
  outcome.partial = decoder.partial();
  return outcome;
}

Outcome decode(std::string bytes) {
  return decode(std::move(bytes), [] { return std::size_t{0}; });
}
Outcome decode_bytewise(std::string bytes) {
  return decode(std::move(bytes), [] { return std::size_t{1}; });
}

TEST(Decoder, WholeFramesAreDelivered) {
  const Outcome outcome =
      decode(text_frame("Hello") + client_frame(9, "p") + client_frame(10, "") + text_frame(""));
  EXPECT_THAT(outcome.calls, ElementsAre("text Hello", "ping p", "pong ", "text "));
  EXPECT_EQ(outcome.result, Decoded::all);
  EXPECT_FALSE(outcome.partial);
}

TEST(Decoder, TheMaskedExampleOfRfc6455) {
  EXPECT_THAT(decode("\x81\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58"s).calls, ElementsAre("text Hello"));
}

TEST(Decoder, WholeFrameIsNotCopied) {
  std::string bytes = text_frame(std::string(1000, 'x'));
  struct PointerSink final : Sink {
    bool on_message(std::string_view text) override { return (seen = text.data()) != nullptr; }
    bool on_ping(std::string_view) override { return true; }
    bool on_pong(std::string_view) override { return true; }
    void on_close(std::uint16_t, std::string_view) override {}
    const char* seen = nullptr;
  } sink;
  Decoder decoder(message_bytes_max);
  ASSERT_EQ(decoder.feed(bytes, sink), Decoded::all);
  EXPECT_EQ(sink.seen, bytes.data() + bytes.size() - 1000);
}

TEST(Decoder, EveryLengthFormIsUnderstood) {
  for (const std::size_t size : {0, 1, 7, 8, 9, 125, 126, 127, 1000, 65535, 65536, 70000}) {
    const std::string payload(size, 'x');
    EXPECT_THAT(decode(text_frame(payload)).calls, ElementsAre("text " + payload)) << size;
  }
}

TEST(Decoder, FragmentsMakeOneMessage) {
  const Outcome outcome = decode(text_frame("one ", Fin::more) + more_frame("", Fin::more) +
                                 more_frame("two", Fin::more) + more_frame(""));
  EXPECT_THAT(outcome.calls, ElementsAre("text one two"));
  EXPECT_FALSE(outcome.partial);
}

TEST(Decoder, ControlFramesBetweenFragmentsAreDeliveredAtOnce) {
  const std::string bytes = text_frame("one ", Fin::more) + client_frame(9, std::string(125, 'p')) +
                            client_frame(10, "") + more_frame("two") + text_frame("three");
  EXPECT_THAT(decode(bytes).calls,
              ElementsAre("ping " + std::string(125, 'p'), "pong ", "text one two", "text three"));
}

TEST(Decoder, PartialUntilTheMessageIsWhole) {
  RecordingSink sink;
  Decoder decoder(message_bytes_max);
  EXPECT_FALSE(decoder.partial());
  std::string bytes = text_frame("one", Fin::more) + more_frame("two");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    ASSERT_EQ(decoder.feed(std::span(bytes).subspan(i, 1), sink), Decoded::all);
    EXPECT_EQ(decoder.partial(), i + 1 < bytes.size()) << i;
  }
}

TEST(Decoder, CloseIsTheLastFrame) {
  EXPECT_THAT(decode(client_frame(8, "") + text_frame("late")).calls, ElementsAre("close 1005 "));
  const Outcome outcome = decode(client_frame(8,
                                              "\x03\xE8"
                                              "bye") +
                                 text_frame("late"));
  EXPECT_THAT(outcome.calls, ElementsAre("close 1000 bye"));
  EXPECT_EQ(outcome.result, Decoded::stopped);
  EXPECT_FALSE(outcome.partial);
}

TEST(Decoder, CloseMayComeInsideAFragmentedMessage) {
  const Outcome outcome = decode_bytewise(text_frame("half", Fin::more) + client_frame(8,
                                                                                       "\x03\xE9"
                                                                                       "going"));
  EXPECT_THAT(outcome.calls, ElementsAre("close 1001 going"));
  EXPECT_FALSE(outcome.partial);
}

TEST(Decoder, CloseCodesFollowTheRegistry) {
  for (int code = 0; code <= 0xFFFF; ++code) {
    const bool valid =
        (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code < 5000);
    const char payload[] = {static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    ASSERT_EQ(decode(client_frame(8, {payload, 2})).violation(), valid ? 0 : 1002) << code;
  }
}

TEST(Decoder, SinkCanStopAtEachKindOfFrame) {
  for (const std::string& first : {text_frame("a"), client_frame(9, "a"), client_frame(10, "a"),
                                   text_frame("", Fin::more) + more_frame("a")}) {
    RecordingSink sink(1);
    Decoder decoder(message_bytes_max);
    std::string bytes = first + text_frame("ignored");
    EXPECT_EQ(decoder.feed(bytes, sink), Decoded::stopped);
    std::string later = text_frame("ignored too");
    EXPECT_EQ(decoder.feed(later, sink), Decoded::stopped);
    EXPECT_EQ(sink.calls.size(), 1U);
    EXPECT_FALSE(decoder.partial());
  }
}

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

// A stream of random valid frames, sometimes ended by a violation.
std::string random_stream(std::mt19937& random) {
  const auto upto = [&](std::size_t max) {
    return std::uniform_int_distribution<std::size_t>(0, max)(random);
  };
  const auto payload = [&](std::size_t code_points) {
    static const std::string pieces[] = {"a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                                         "ASCII, more of it "};
    std::string text;
    for (std::size_t i = 0; i < code_points; ++i) text += pieces[upto(4)];
    return text;
  };
  std::string stream;
  for (std::size_t frames = upto(8); frames > 0; --frames) {
    switch (upto(4)) {
      case 0:
        stream += text_frame(payload(upto(400)));
        break;
      case 1:
        stream += client_frame(9, std::string(upto(125), 'p'));
        break;
      case 2:
        stream += client_frame(10, std::string(upto(125), 'q'));
        break;
      default: {
        const std::string text = payload(upto(60));
        const std::size_t first = upto(text.size());
        const std::size_t second = first + upto(text.size() - first);
        stream += text_frame(text.substr(0, first), Fin::more);
        if (upto(1) == 0) stream += client_frame(9, std::string(upto(125), 'r'));
        stream += more_frame(text.substr(first, second - first), Fin::more);
        if (upto(1) == 0) stream += client_frame(10, "");
        stream += more_frame(text.substr(second));
      }
    }
  }
  if (upto(3) == 0) stream += text_frame("\xED\xA0\x80");
  if (upto(3) == 0)
    stream += client_frame(8,
                           "\x0F\xA0"
                           "done");
  if (upto(3) == 0) stream[upto(stream.empty() ? 0 : stream.size() - 1)] ^= static_cast<char>(1 << upto(7));
  return stream;
}

TEST(Decoder, HowTheBytesAreSplitDoesNotMatter) {
  std::mt19937 random(20260101);
  for (int round = 0; round < 2000; ++round) {
    const std::string stream = random_stream(random);
    const Outcome whole = decode(stream);
    const Outcome bytewise = decode_bytewise(stream);
    const std::size_t piece_max = round % 2 == 0 ? 16 : 300;
    const Outcome split =
        decode(stream, [&] { return std::uniform_int_distribution<std::size_t>(1, piece_max)(random); });
    for (const Outcome* other : {&bytewise, &split}) {
      ASSERT_EQ(other->calls, whole.calls) << "round " << round;
      ASSERT_EQ(other->result, whole.result) << "round " << round;
      ASSERT_EQ(other->partial, whole.partial) << "round " << round;
    }
  }
}

}  // namespace
}  // namespace chatserver::websocket
