#include "websocket/decoder.hpp"

#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "websocket/decoder_samples.hpp"

namespace chatserver::websocket {
namespace {

using namespace std::string_literals;
using test::client_frame;
using test::decode;
using test::decode_bytewise;
using test::Fin;
using test::message_bytes_max;
using test::more_frame;
using test::Outcome;
using test::RecordingSink;
using test::text_frame;
using testing::ElementsAre;

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
