#include "server/form.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

Request posted(const std::string& type, const std::string& body) {
  Request request;
  request.method = "POST";
  if (!type.empty()) request.headers.emplace("content-type", type);
  request.body = body;
  return request;
}

TEST(FormTest, FieldsAreDecodedInOrder) {
  EXPECT_THAT(*parse_form("b=1+2&a=%C3%A9&b=&c&&=x&d=e=f"),
              ElementsAre(Pair("b", "1 2"), Pair("a", "é"), Pair("b", ""), Pair("c", ""), Pair("", "x"),
                          Pair("d", "e=f")));
  EXPECT_THAT(*parse_form(""), IsEmpty());
}

TEST(FormTest, WhatIsNotPercentEncodedUtf8IsNone) {
  for (const char* text : {"a=%", "a=%4", "a=%zz", "%ff=a", "a=%C3", "a=\xff"})
    EXPECT_FALSE(parse_form(text)) << text;
}

TEST(FormTest, BodyMustBeOfItsType) {
  EXPECT_TRUE(body_form(posted("application/x-www-form-urlencoded", "a=1")));
  EXPECT_TRUE(body_form(posted("Application/X-WWW-form-urlencoded ; charset=UTF-8", "a=1")));
  for (const char* type :
       {"", "application/json", "text/plain", "application/x-www-form-urlencoded2", "multipart/form-data"})
    EXPECT_FALSE(body_form(posted(type, "a=1"))) << type;
}

TEST(FormTest, ValueOfARepeatedFieldIsNotGuessed) {
  const auto form = parse_form("a=1&b=2&a=3");
  EXPECT_EQ(only_value(*form, "a"), nullptr);
  EXPECT_EQ(*only_value(*form, "b"), "2");
  EXPECT_EQ(only_value(*form, "c"), nullptr);
}

}  // namespace
}  // namespace chatserver::server
