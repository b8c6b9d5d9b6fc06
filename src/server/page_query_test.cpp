#include "server/page_query.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

constexpr NumberRange range{.least = 1, .most = 200, .otherwise = 50};

Request request(std::vector<std::pair<std::string, std::string>> query) {
  Request made;
  made.query = std::move(query);
  return made;
}

TEST(PageQuery, ANumberWithinItsRangeIsRead) {
  EXPECT_EQ(query_number(request({}), "limit", range), 50);
  EXPECT_EQ(query_number(request({{"other", "x"}}), "limit", range), 50);
  EXPECT_EQ(query_number(request({{"limit", "1"}}), "limit", range), 1);
  EXPECT_EQ(query_number(request({{"limit", "200"}}), "limit", range), 200);
}

TEST(PageQuery, AnythingElseIsNamed) {
  for (const char* bad :
       {"", "0", "201", "-1", "x", "1 ", " 1", "+1", "1.0", "0x1", "1e2", "99999999999999999999"}) {
    const auto read = query_number(request({{"limit", bad}}), "limit", range);
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().status, 400) << bad;
    EXPECT_TRUE(read.error().body.contains("limit must be a whole number from 1 to 200")) << bad;
  }
}

TEST(PageQuery, WhatComesTwiceIsNotForUsToChoose) {
  const Request twice = request({{"limit", "1"}, {"limit", "1"}, {"name", "a"}, {"name", "b"}});
  EXPECT_EQ(query_number(twice, "limit", range).error().status, 400);
  EXPECT_EQ(query_text(twice, "name").error().status, 400);
}

TEST(PageQuery, TextIsTakenAsItIs) {
  EXPECT_EQ(query_text(request({}), "name"), std::nullopt);
  EXPECT_EQ(query_text(request({{"name", ""}}), "name"), "");
  EXPECT_EQ(query_text(request({{"name", std::string("a\0%", 3)}}), "name"), std::string("a\0%", 3));
}

}  // namespace
}  // namespace chatserver::server
