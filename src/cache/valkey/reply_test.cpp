#include "cache/valkey/reply.hpp"

#include <gtest/gtest.h>

namespace chatserver::cache::valkey {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t plenty = 1024;

TEST(ValkeyReply, AnswersAreReadInTheirOrderAndShape) {
  ReplyReader reader(plenty);
  reader.feed("+OK\r\n:42\r\n$-1\r\n-READONLY no writes here\r\n*2\r\n$3\r\na\0b\r\n*1\r\n$2\r\n17\r\n"sv);
  EXPECT_EQ(reader.next()->text(), "OK");
  EXPECT_EQ(reader.next()->integer(), 42);
  EXPECT_TRUE(reader.next()->is_nil());
  const auto refusal = reader.next();
  ASSERT_TRUE(refusal->error());
  EXPECT_EQ(refusal->error()->kind(), "READONLY");
  const auto nested = reader.next();
  EXPECT_EQ(nested->at(0).text(), "a\0b"sv);
  EXPECT_EQ(nested->at(1).at(0).integer(), 17);
  EXPECT_FALSE(reader.next());
}

TEST(ValkeyReply, AnAnswerInPiecesWaitsForTheRest) {
  ReplyReader reader(plenty);
  for (const char byte : "*2\r\n$5\r\nhello\r\n:7\r"sv) {
    reader.feed({&byte, 1});
    EXPECT_FALSE(reader.next());
  }
  reader.feed("\n");
  EXPECT_EQ(reader.next()->at(1).integer(), 7);
}

TEST(ValkeyReply, WhatIsNotRespOrTooLongOrNestedTooDeepIsGarbled) {
  ReplyReader http(plenty);
  http.feed("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_THROW((void)http.next(), Garbled);

  ReplyReader small(16);
  small.feed("$100\r\n");
  EXPECT_FALSE(small.next());
  EXPECT_THROW(small.feed(std::string(16, 'x')), Garbled);

  ReplyReader deep(plenty);
  for (int i = 0; i < 20; ++i) deep.feed("*1\r\n");
  EXPECT_THROW((void)deep.next(), Garbled);
}

TEST(ValkeyReply, AnotherShapeThanExpectedIsGarbled) {
  EXPECT_THROW((void)Reply{}.text(), Garbled);
  EXPECT_THROW((void)Reply{std::string("x1")}.integer(), Garbled);
  EXPECT_THROW((void)Reply{std::string("1x")}.integer(), Garbled);
  EXPECT_THROW((void)Reply{Reply::Array{}}.at(0), Garbled);
  EXPECT_THROW((void)Reply{std::int64_t{1}}.at(0), Garbled);
}

TEST(ValkeyReply, ACommandMayHoldAnyBytes) {
  std::string out = "before";
  append_formatted(out, {"SET", "key", std::string("a\r\n\0b", 5)});
  EXPECT_EQ(out, "before*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\na\r\n\0b\r\n"sv);
}

}  // namespace
}  // namespace chatserver::cache::valkey
