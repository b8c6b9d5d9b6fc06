#include "protocol/client_frame.hpp"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace chatserver::protocol {

void PrintTo(const BadFrame& bad, std::ostream* os) {
  *os << name(bad.code) << ": " << bad.message << " (nonce '" << bad.nonce << "')";
}

namespace {

const Options options;

std::string repeat(std::string_view what, std::size_t times) {
  std::string out;
  for (; times > 0; --times) out += what;
  return out;
}

std::string chat_with(std::string_view message_json) {
  return R"({"type":"chat_message","channel":"General","message":)" + std::string(message_json) + "}";
}

// The only alternative or the error's code, for short comparisons.
template <class Frame>
Frame parsed(std::string_view text) {
  const auto frame = parse_client_frame(text, options);
  if (!frame) {
    ADD_FAILURE() << testing::PrintToString(frame.error()) << " in " << text;
    return {};
  }
  if (!std::holds_alternative<Frame>(*frame)) {
    ADD_FAILURE() << "another kind of frame: " << text;
    return {};
  }
  return std::get<Frame>(*frame);
}

TEST(ClientFrame, ChatMessage) {
  EXPECT_EQ(parsed<SendChat>(R"({"type":"chat_message","channel":"General","message":"hi"})"),
            (SendChat{"General", "hi", ""}));
  EXPECT_EQ(parsed<SendChat>(R"( {"nonce":"n-1", "message":"hi", "channel":"a", "type":"chat_message"} )"
                             "\n"),
            (SendChat{"a", "hi", "n-1"}));
}

TEST(ClientFrame, PrivateChatMessage) {
  EXPECT_EQ(parsed<SendPrivate>(
                R"({"type":"private_chat_message","recipient_id":"u-2","message":"psst","nonce":"7"})"),
            (SendPrivate{UserId("u-2"), "psst", "7"}));
}

TEST(ClientFrame, Authenticate) {
  EXPECT_EQ(parsed<Authenticate>(R"({"type":"authenticate","token":"a.b.c"})"), Authenticate{"a.b.c"});
}

TEST(ClientFrame, Subscribe) {
  EXPECT_EQ(parsed<Subscribe>(R"({"type":"subscribe","channels":[]})"), Subscribe{});
  EXPECT_EQ(parsed<Subscribe>(R"({"type":"subscribe","channels":["a","b"]})"), (Subscribe{{"a", "b"}}));
}

TEST(ClientFrame, UnknownFieldsAreIgnored) {
  EXPECT_EQ(
      parsed<SendChat>(R"({"type":"chat_message","sender":"x","payload":{"a":[1,{"b":null}]},"channel":"c",)"
                       R"("message":"m","token":5,"channels":false,"recipient_id":{}})"),
      (SendChat{"c", "m", ""}));
  EXPECT_EQ(parsed<Subscribe>(R"({"type":"subscribe","channels":["a"],"nonce":5})"), (Subscribe{{"a"}}));
}

TEST(ClientFrame, TextPassesThroughUnchanged) {
  EXPECT_EQ(parsed<SendChat>(chat_with(R"("  <b>\u00e9\uD83D\uDE00\n\"\\\/ e\u0301 ")")).message,
            "  <b>\xC3\xA9\xF0\x9F\x98\x80\n\"\\/ e\xCC\x81 ");
  EXPECT_EQ(parsed<SendChat>(chat_with("\"\xEF\xBF\xBF\xC2\x85x\"")).message, "\xEF\xBF\xBF\xC2\x85x");
}

TEST(ClientFrame, EscapedKeysAreTheSameKeys) {
  EXPECT_EQ(parsed<SendChat>(R"({"\u0074ype":"chat\u005fmessage","channel":"c","message":"m"})"),
            (SendChat{"c", "m", ""}));
}

TEST(ClientFrame, LimitsAreInclusive) {
  const std::string longest = repeat("\xF0\x9F\x98\x80", options.message_chars);
  EXPECT_EQ(parsed<SendChat>(chat_with('"' + longest + '"')).message, longest);

  const std::string nonce(nonce_bytes_max, 'n');
  EXPECT_EQ(
      parsed<SendChat>(R"({"type":"chat_message","channel":"c","message":"m","nonce":")" + nonce + "\"}")
          .nonce,
      nonce);

  EXPECT_EQ(parsed<Subscribe>(R"({"type":"subscribe","channels":["a")" +
                              repeat(R"(,"a")", subscribe_channels_max - 1) + "]}")
                .channels.size(),
            subscribe_channels_max);

  const std::string deep = repeat("[", json_depth_max - 1) + repeat("]", json_depth_max - 1);
  EXPECT_EQ(parsed<Authenticate>(R"({"x":)" + deep + R"(,"type":"authenticate","token":"t"})"),
            Authenticate{"t"});
}

TEST(ClientFrame, EmptyNonceCountsAsNone) {
  EXPECT_EQ(parsed<SendChat>(R"({"type":"chat_message","channel":"c","message":"m","nonce":""})"),
            (SendChat{"c", "m", ""}));
}

struct BadCase {
  std::string text;
  ErrorCode code;
  std::string message;
  std::string nonce = {};
};

class BadClientFrame : public testing::TestWithParam<BadCase> {};

TEST_P(BadClientFrame, IsRefusedWithItsCode) {
  const auto frame = parse_client_frame(GetParam().text, options);
  ASSERT_FALSE(frame.has_value()) << GetParam().text;
  EXPECT_EQ(frame.error(), (BadFrame{GetParam().code, GetParam().message, GetParam().nonce}))
      << GetParam().text;
}

BadCase not_json(std::string text) {
  return {std::move(text), ErrorCode::bad_json, "frame is not valid JSON"};
}

INSTANTIATE_TEST_SUITE_P(
    NotJson, BadClientFrame,
    testing::Values(not_json(""), not_json(" "), not_json("hello"), not_json("{"), not_json("{}{}"),
                    not_json("{} x"), not_json("{\"a\":1,}"), not_json("{a:1}"), not_json("{'a':1}"),
                    not_json("// c\n{}"), not_json("\xEF\xBB\xBF{}"), not_json("{\"a\":\"\n\"}"),
                    not_json(std::string("{}\0", 3)), not_json(R"({"a":01})"), not_json(R"({"a":+1})"),
                    not_json(R"({"a":.5})"), not_json(R"({"a":NaN})"), not_json(R"({"a":"\x"})"),
                    not_json("{\"a\":\"\xED\xA0\x80\"}"), not_json("[1"), not_json("tru")));

INSTANTIATE_TEST_SUITE_P(
    DuplicateKeys, BadClientFrame,
    testing::Values(not_json(R"({"type":"authenticate","token":"a","token":"a"})"),
                    not_json(R"({"x":1,"y":2,"x":3})"),
                    not_json(R"({"type":"authenticate","token":"a","x":{"y":[{"z":1,"z":1}]}})"),
                    not_json(R"({"a":1,"\u0061":1})"), not_json(R"({"":1,"":1})"),
                    not_json(R"([{"a":1,"a":2}])")));

INSTANTIATE_TEST_SUITE_P(
    LoneSurrogates, BadClientFrame,
    testing::Values(not_json(chat_with(R"("\uD800")")), not_json(chat_with(R"("\uDC00")")),
                    not_json(chat_with(R"("\uD800x")")), not_json(chat_with(R"("\uD800\n")")),
                    not_json(chat_with(R"("\uD800\uD800")")), not_json(R"({"\uDFFF":1})")));

INSTANTIATE_TEST_SUITE_P(NumbersOutOfRange, BadClientFrame,
                         testing::Values(not_json(R"({"a":1e400})"), not_json(R"({"a":-1e400})"),
                                         not_json(R"({"a":[1e309]})"), not_json(R"({"a":1e99999999999})"),
                                         not_json("{\"a\":1" + std::string(400, '0') + "}"),
                                         not_json("1e400")));

BadCase bad_request(std::string text, std::string message, std::string nonce = {}) {
  return {std::move(text), ErrorCode::bad_request, std::move(message), std::move(nonce)};
}

INSTANTIATE_TEST_SUITE_P(
    WrongShape, BadClientFrame,
    testing::Values(
        bad_request("[]", "frame is not an object"),
        bad_request("[{\"type\":\"subscribe\"}]", "frame is not an object"),
        bad_request("null", "frame is not an object"), bad_request("5", "frame is not an object"),
        bad_request("\"x\"", "frame is not an object"),
        bad_request("{\"x\":" + repeat("[", 8) + repeat("]", 8) + "}", "frame is nested too deeply"),
        bad_request(repeat("{\"x\":", 8) + "{}" + repeat("}", 8), "frame is nested too deeply"),
        bad_request(repeat("[", 16'000), "frame is nested too deeply"),
        bad_request(R"({"type":5})", "type must be a string"),
        bad_request(R"({"type":null,"nonce":"n"})", "type must be a string", "n"),
        bad_request(R"({"type":["chat_message"]})", "type must be a string"),
        bad_request(R"({"type":"chat_message","message":"m","nonce":"n"})", "channel is missing", "n"),
        bad_request(R"({"type":"chat_message","channel":"c"})", "message is missing"),
        bad_request(R"({"type":"chat_message","channel":7,"message":"m"})", "channel must be a string"),
        bad_request(R"({"type":"chat_message","channel":"c","message":{}})", "message must be a string"),
        bad_request(R"({"type":"chat_message","channel":"c","message":["m"]})", "message must be a string"),
        bad_request(R"({"type":"chat_message","channel":"c","message":null})", "message must be a string"),
        bad_request(R"({"type":"chat_message","channel":"c","message":1.5})", "message must be a string"),
        bad_request(R"({"type":"chat_message","channel":"c","message":true})", "message must be a string"),
        bad_request(R"({"type":"chat_message","channel":"c","message":"m","nonce":7})",
                    "nonce must be a string"),
        bad_request(R"({"type":"chat_message","channel":"c","message":"m","nonce":null})",
                    "nonce must be a string"),
        bad_request(R"({"type":"chat_message","channel":"c","message":"m","nonce":")" + std::string(65, 'n') +
                        "\"}",
                    "nonce is longer than 64 bytes"),
        bad_request(R"({"type":"chat_message","channel":"c","message":"m","nonce":"\u0000"})",
                    "nonce contains NUL"),
        bad_request(R"({"type":"chat_message","channel":5,"message":" "})", "channel must be a string"),
        bad_request(R"({"type":"private_chat_message","message":"m"})", "recipient_id is missing"),
        bad_request(R"({"type":"private_chat_message","recipient_id":3,"message":"m"})",
                    "recipient_id must be a string"),
        bad_request(R"({"type":"authenticate"})", "token is missing"),
        bad_request(R"({"type":"authenticate","token":{"secret":"s"}})", "token must be a string"),
        bad_request(R"({"type":"subscribe"})", "channels is missing"),
        bad_request(R"({"type":"subscribe","channels":"a"})", "channels must be an array of strings"),
        bad_request(R"({"type":"subscribe","channels":{}})", "channels must be an array of strings"),
        bad_request(R"({"type":"subscribe","channels":["a",1]})", "channels must be an array of strings"),
        bad_request(R"({"type":"subscribe","channels":["a",["b"]]})", "channels must be an array of strings"),
        bad_request(R"({"type":"subscribe","channels":[{"a":"b"},"c"]})",
                    "channels must be an array of strings"),
        bad_request(R"({"type":"subscribe","channels":["a")" + repeat(R"(,"a")", 256) + "]}",
                    "channels has more than 256 names")));

INSTANTIATE_TEST_SUITE_P(
    UnknownType, BadClientFrame,
    testing::Values(BadCase{"{}", ErrorCode::unknown_type, "type is missing"},
                    BadCase{R"({"nonce":"n"})", ErrorCode::unknown_type, "type is missing", "n"},
                    BadCase{R"({"type":""})", ErrorCode::unknown_type, "type is not known"},
                    BadCase{R"({"type":"Chat_Message"})", ErrorCode::unknown_type, "type is not known"},
                    BadCase{R"({"type":"ping","nonce":"n"})", ErrorCode::unknown_type, "type is not known",
                            "n"},
                    BadCase{R"({"type":"ping","nonce":7})", ErrorCode::unknown_type, "type is not known"}));

BadCase bad_message(std::string_view message_json, std::string message) {
  return {chat_with(message_json), ErrorCode::bad_message, std::move(message)};
}

INSTANTIATE_TEST_SUITE_P(
    BadMessage, BadClientFrame,
    testing::Values(bad_message(R"("")", "message is empty"), bad_message(R"(" \t\r\n")", "message is empty"),
                    bad_message(R"("\u00a0\u2003\u3000\u0085")", "message is empty"),
                    bad_message(R"("a\u0000b")", "message contains NUL"),
                    bad_message(R"("\u0000")", "message contains NUL"),
                    bad_message('"' + std::string(1001, 'x') + '"', "message is longer than 1000 characters"),
                    bad_message('"' + repeat("\xC3\xA9", 1001) + '"',
                                "message is longer than 1000 characters"),
                    BadCase{R"({"type":"private_chat_message","recipient_id":"u","message":"","nonce":"n"})",
                            ErrorCode::bad_message, "message is empty", "n"}));

TEST(ClientFrame, MessageLimitIsTheOptions) {
  Options narrow;
  narrow.message_chars = 3;
  EXPECT_TRUE(parse_client_frame(chat_with(R"("abc")"), narrow).has_value());
  EXPECT_EQ(parse_client_frame(chat_with(R"("abcd")"), narrow).error().code, ErrorCode::bad_message);
}

// Every front of a good frame is bad JSON, and none of them crashes.
TEST(ClientFrame, TruncatedFramesAreNotJson) {
  const std::string whole =
      R"({"type":"chat_message","channel":"\u00e9","message":"\uD83D\uDE00","x":[1.5e3,{"y":true}]})";
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(parse_client_frame(whole.substr(0, size), options).error().code, ErrorCode::bad_json) << size;
  EXPECT_TRUE(parse_client_frame(whole, options).has_value());
}

}  // namespace
}  // namespace chatserver::protocol
