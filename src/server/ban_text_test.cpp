#include "server/ban_text.hpp"

#include <chrono>
#include <optional>

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using namespace std::chrono_literals;

std::optional<std::string> duration(std::chrono::microseconds length) {
  Ban ban;
  ban.start = Timestamp(1000h);
  ban.end = ban.start + length;
  return ban_duration(ban);
}

TEST(BanDuration, HoursAreCounted) {
  EXPECT_EQ(duration(1h), "1 hour");
  EXPECT_EQ(duration(3h), "3 hours");
  EXPECT_EQ(duration(24h * 366 * 100), "878400 hours");
}

TEST(BanDuration, WhatOlderServersLeftMayBeNoNumberOfHours) {
  EXPECT_EQ(duration(90min), "01:30:00");
  EXPECT_EQ(duration(-1h), "0 hours");
}

TEST(BanDuration, ABanForGoodHasNone) {
  EXPECT_EQ(ban_duration(Ban{}), std::nullopt);
}

}  // namespace
}  // namespace chatserver::server
