#include "protocol/timestamp.hpp"

#include <gtest/gtest.h>

namespace chatserver::protocol {
namespace {

using namespace std::chrono_literals;

Timestamp at(std::chrono::sys_days day, std::chrono::microseconds time) {
  return Timestamp(day) + time;
}

TEST(Timestamp, HasAlwaysSixDigitsOfFraction) {
  EXPECT_EQ(rfc3339(at(2026y / 1 / 1, 0us)), "2026-01-01T00:00:00.000000Z");
  EXPECT_EQ(rfc3339(at(2026y / 1 / 1, 1us)), "2026-01-01T00:00:00.000001Z");
  EXPECT_EQ(rfc3339(at(2024y / 2 / 29, 23h + 59min + 59s + 999'999us)), "2024-02-29T23:59:59.999999Z");
  EXPECT_EQ(rfc3339(at(1969y / 12 / 31, 23h + 59min + 59s + 500'000us)), "1969-12-31T23:59:59.500000Z");
}

TEST(Timestamp, YearsHaveFourDigits) {
  EXPECT_EQ(rfc3339(at(0y / 1 / 1, 0us)), "0000-01-01T00:00:00.000000Z");
  EXPECT_EQ(rfc3339(at(9999y / 12 / 31, 0us)), "9999-12-31T00:00:00.000000Z");
  EXPECT_DEATH(static_cast<void>(rfc3339(at(10'000y / 1 / 1, 0us))), "four digits");
}

TEST(Timestamp, DatesStandAlone) {
  EXPECT_EQ(date(2026y / 11 / 5), "2026-11-05");
}

TEST(Timestamp, DurationsAreHoursMinutesSeconds) {
  EXPECT_EQ(duration(0us), "00:00:00");
  EXPECT_EQ(duration(1h + 2min + 3s), "01:02:03");
  EXPECT_EQ(duration(3s + 40us), "00:00:03.000040");
  EXPECT_EQ(duration(123h + 59min + 59s), "123:59:59");
}

}  // namespace
}  // namespace chatserver::protocol
