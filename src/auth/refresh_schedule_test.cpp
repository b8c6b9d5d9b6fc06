#include "auth/refresh_schedule.hpp"

#include <gtest/gtest.h>

namespace chatserver::auth {
namespace {

using namespace std::chrono_literals;

constexpr Monotonic start{1h};

TEST(RefreshScheduleTest, FirstFetchIsDueAtOnce) {
  const RefreshSchedule schedule(10min, start);
  EXPECT_TRUE(schedule.due(start));
}

TEST(RefreshScheduleTest, SuccessWaitsForTheInterval) {
  RefreshSchedule schedule(10min, start);
  schedule.began();
  schedule.succeeded(start);
  EXPECT_FALSE(schedule.due(start + 10min - 1ns));
  EXPECT_TRUE(schedule.due(start + 10min));
}

TEST(RefreshScheduleTest, FailuresDoubleTheDelayUpToThirtySeconds) {
  RefreshSchedule schedule(10min, start);
  for (const auto delay : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
    schedule.began();
    schedule.failed(start, 0.0);
    EXPECT_EQ(schedule.next(), start + delay);
  }
  schedule.succeeded(start);
  schedule.failed(start, 0.0);
  EXPECT_EQ(schedule.next(), start + 1s);
}

TEST(RefreshScheduleTest, JitterTakesUpToHalfOfTheDelay) {
  RefreshSchedule schedule(10min, start);
  schedule.failed(start, 0.5);
  EXPECT_EQ(schedule.next(), start + 750ms);
}

TEST(RefreshScheduleTest, RequestIsDueAtOnceButOnceInTenSeconds) {
  RefreshSchedule schedule(10min, start);
  schedule.began();
  schedule.succeeded(start);
  EXPECT_TRUE(schedule.request(start + 1s));
  EXPECT_TRUE(schedule.due(start + 1s));
  schedule.began();
  schedule.succeeded(start + 1s);
  EXPECT_FALSE(schedule.request(start + 11s - 1ns));
  EXPECT_FALSE(schedule.due(start + 11s - 1ns));
  EXPECT_TRUE(schedule.request(start + 11s));
}

TEST(RefreshScheduleTest, RequestDuringAFetchOutlivesIt) {
  RefreshSchedule schedule(10min, start);
  schedule.began();
  EXPECT_TRUE(schedule.request(start));
  schedule.succeeded(start);
  EXPECT_TRUE(schedule.due(start));
}

}  // namespace
}  // namespace chatserver::auth
