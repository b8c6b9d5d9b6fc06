#include "server/json_body.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using Absent = JsonBody::Absent;

Request request(std::string body, std::string content_type = "application/json") {
  Request request;
  request.body = std::move(body);
  if (!content_type.empty()) request.headers.emplace("content-type", std::move(content_type));
  return request;
}

TEST(JsonBodyTest, OtherTypesAreRefusedAndNoTypeIsTakenForJson) {
  for (const std::string type :
       {"application/json", "Application/JSON; charset=utf-8", "application/json ;x=y", ""})
    EXPECT_TRUE(JsonBody::parse(request("{}", type))) << type;
  for (const std::string type :
       {"text/plain", "application/x-www-form-urlencoded", "application/jsonp", " "}) {
    const auto body = JsonBody::parse(request("{}", type));
    ASSERT_FALSE(body) << type;
    EXPECT_EQ(body.error().status, 415) << type;
  }
}

TEST(JsonBodyTest, WhatIsNotOneObjectIsRefused) {
  for (const std::string text : {"", "[]", "null", "\"text\"", "{", "{}{}", R"({"a":1,"a":2})",
                                 R"({"a":1e400})", "{\"a\":\"\xff\"}"}) {
    const auto body = JsonBody::parse(request(text));
    ASSERT_FALSE(body) << text;
    EXPECT_EQ(body.error().status, 400) << text;
  }
}

TEST(JsonBodyTest, ReadsFieldsAndTakesNullForAbsent) {
  const auto body = JsonBody::parse(request(R"({"name":"ünï","count":3,"none":null,"other":[{}]})"));
  ASSERT_TRUE(body);
  EXPECT_EQ(**body->text("name", 3, Absent::refused), "ünï");
  EXPECT_EQ(**body->integer("count", 1, 3, Absent::refused), 3);
  EXPECT_EQ(*body->text("none", 3, Absent::allowed), std::nullopt);
  EXPECT_EQ(*body->integer("missing", 1, 3, Absent::allowed), std::nullopt);
}

TEST(JsonBodyTest, ATextOfManyLinesMayBreakThemButHoldsNoOtherControlCharacter) {
  const auto body = JsonBody::parse(request(R"({"lines":"a\r\n\tb","bell":"a\nb\u0007","null":null})"));
  ASSERT_TRUE(body);
  EXPECT_EQ(**body->text("lines", 5, Absent::refused, JsonBody::Lines::many), "a\r\n\tb");
  EXPECT_FALSE(body->text("lines", 5, Absent::refused));
  EXPECT_FALSE(body->text("bell", 9, Absent::refused, JsonBody::Lines::many));
  EXPECT_TRUE(body->is_text("bell", "a\nb\a"));
  EXPECT_FALSE(body->is_text("bell", "a"));
  EXPECT_FALSE(body->is_text("null", ""));
  EXPECT_FALSE(body->is_text("missing", ""));
}

TEST(JsonBodyTest, AWholeNumberMayBeWrittenAsAFraction) {
  const auto body =
      JsonBody::parse(request(R"({"a":3.0,"b":1e3,"c":-0.0,"d":9007199254740993.0,"e":1e300})"));
  ASSERT_TRUE(body);
  EXPECT_EQ(**body->integer("a", 1, 3, Absent::refused), 3);
  EXPECT_EQ(**body->integer("b", 1, 1000, Absent::refused), 1000);
  EXPECT_EQ(**body->integer("c", 0, 3, Absent::refused), 0);
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(**body->integer("d", 1, most, Absent::refused),
            9'007'199'254'740'992);  // what the text rounds to
  EXPECT_FALSE(body->integer("e", 1, most, Absent::refused));
}

TEST(JsonBodyTest, WrongFieldsAreNamed) {
  const auto body = JsonBody::parse(request(
      R"({"long":"four","control":"a\u0000b","number":7,"text":"7","half":1.5,"huge":99999999999999999999})"));
  ASSERT_TRUE(body);
  const auto refused = [](const auto& read, std::string_view name) {
    return !read && read.error().status == 400 && read.error().body.contains(name);
  };
  EXPECT_TRUE(refused(body->text("missing", 3, Absent::refused), "missing"));
  EXPECT_TRUE(refused(body->text("long", 3, Absent::allowed), "long"));
  EXPECT_TRUE(refused(body->text("control", 9, Absent::allowed), "control"));
  EXPECT_TRUE(refused(body->text("number", 9, Absent::allowed), "number"));
  EXPECT_TRUE(refused(body->integer("text", 1, 9, Absent::allowed), "text"));
  EXPECT_TRUE(refused(body->integer("half", 1, 9, Absent::allowed), "half"));
  EXPECT_TRUE(refused(body->integer("huge", 1, 9, Absent::allowed), "huge"));
  EXPECT_TRUE(refused(body->integer("number", 1, 6, Absent::allowed), "number"));
  EXPECT_TRUE(refused(body->integer("number", 8, 9, Absent::allowed), "number"));
}

TEST(JsonBodyTest, NullIsThereAndYetAbsent) {
  const auto body = JsonBody::parse(request(R"({"none":null})"));
  EXPECT_TRUE(body->has("none"));
  EXPECT_FALSE(body->has("missing"));
}

TEST(JsonBodyTest, ReadsListsOfNumbersWithinTheirBounds) {
  const auto read = [](const std::string& list) {
    return JsonBody::parse(request(R"({"ids":)" + list + "}"))->integers("ids", 1, 9, 3);
  };
  EXPECT_EQ(*read("[9,1,1]"), (std::vector<std::int64_t>{9, 1, 1}));
  for (const std::string list : {"[]", "[1,2,3,4]", "[0]", "[10]", "[1.5]", "[\"1\"]", "[null]", "[[1]]", "1",
                                 "{}", "null", "[1e30]"}) {
    const auto refused = read(list);
    ASSERT_FALSE(refused) << list;
    EXPECT_EQ(refused.error().status, 400);
    EXPECT_TRUE(refused.error().body.contains("ids")) << list;
  }
}

}  // namespace
}  // namespace chatserver::server
