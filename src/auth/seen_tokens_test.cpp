#include "auth/seen_tokens.hpp"

#include <string>

#include <gtest/gtest.h>

namespace chatserver::auth {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp now{std::chrono::seconds{1'767'225'600}};

TEST(SeenTokensTest, TokenIsUsedOnce) {
  SeenTokens seen;
  EXPECT_TRUE(seen.use("a", now + 2min, now));
  EXPECT_FALSE(seen.use("a", now + 2min, now + 119s));
  EXPECT_TRUE(seen.use("b", now + 2min, now));
}

TEST(SeenTokensTest, IsRememberedOnlyUntilItIsOver) {
  SeenTokens seen;
  EXPECT_TRUE(seen.use("a", now + 2min, now));
  EXPECT_TRUE(seen.use("a", now + 5min, now + 2min));
  EXPECT_FALSE(seen.use("a", now + 5min, now + 3min));
}

TEST(SeenTokensTest, ThoseThatAreOverMakeRoom) {
  SeenTokens seen(4);
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(seen.use("old" + std::to_string(i), now + std::chrono::minutes{i}, now));
  EXPECT_TRUE(seen.use("new", now + 10min, now + 1min));
  EXPECT_FALSE(seen.use("new", now + 10min, now + 1min));
  EXPECT_FALSE(seen.use("old3", now + 3min, now + 1min)) << "was not over";
}

TEST(SeenTokensTest, WhatDoesNotFitCountsAsFresh) {
  SeenTokens seen(2);
  EXPECT_TRUE(seen.use("a", now + 2min, now));
  EXPECT_TRUE(seen.use("b", now + 2min, now));
  EXPECT_TRUE(seen.use("c", now + 2min, now));
  EXPECT_TRUE(seen.use("c", now + 2min, now));
  EXPECT_FALSE(seen.use("a", now + 2min, now));
}

}  // namespace
}  // namespace chatserver::auth
