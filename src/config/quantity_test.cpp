#include "config/quantity.hpp"

#include <gtest/gtest.h>

namespace chatserver::config {
namespace {

using namespace std::chrono_literals;

TEST(Duration, EveryUnitIsUnderstood) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("10m"), 10min);
  EXPECT_EQ(parse_duration("24h"), 24h);
  EXPECT_EQ(parse_duration("7d"), 168h);
  EXPECT_EQ(parse_duration("0s"), 0ms);
}

TEST(Duration, WrongOnesSayWhatIsWrong) {
  EXPECT_EQ(parse_duration("30").error(), "needs a unit: ms, s, m, h or d");
  EXPECT_EQ(parse_duration("30 s").error(), "has no known unit; known are ms, s, m, h or d");
  EXPECT_EQ(parse_duration("1.5s").error(), "has no known unit; known are ms, s, m, h or d");
  EXPECT_EQ(parse_duration("s").error(), "must be a whole number and a unit (ms, s, m, h or d)");
  EXPECT_EQ(parse_duration("").error(), "must be a whole number and a unit (ms, s, m, h or d)");
  EXPECT_EQ(parse_duration("-1s").error(), "must not be negative");
  EXPECT_EQ(parse_duration("99999999999999999999s").error(), "is too large");
  EXPECT_EQ(parse_duration("9223372036854775807d").error(), "is too large");
}

TEST(Duration, IsShownInTheLargestUnitThatFits) {
  EXPECT_EQ(format_duration(0ms), "0s");
  EXPECT_EQ(format_duration(1500ms), "1500ms");
  EXPECT_EQ(format_duration(75s), "75s");
  EXPECT_EQ(format_duration(24h), "24h");
}

TEST(Size, EveryUnitIsUnderstood) {
  EXPECT_EQ(parse_size("512B"), 512U);
  EXPECT_EQ(parse_size("16KiB"), 16384U);
  EXPECT_EQ(parse_size("2MiB"), 2097152U);
  EXPECT_EQ(parse_size("1GiB"), 1073741824U);
  EXPECT_EQ(parse_size("16KB"), 16000U);
  EXPECT_EQ(parse_size("1MB"), 1000000U);
  EXPECT_EQ(parse_size("1GB"), 1000000000U);
}

TEST(Size, WrongOnesSayWhatIsWrong) {
  EXPECT_EQ(parse_size("16384").error(), "needs a unit: B, KiB, MiB, GiB, KB, MB or GB");
  EXPECT_EQ(parse_size("16kb").error(), "has no known unit; known are B, KiB, MiB, GiB, KB, MB or GB");
  EXPECT_EQ(parse_size("9223372036854775807KiB").error(), "is too large");
}

TEST(Size, IsShownInTheLargestBinaryUnitThatFits) {
  EXPECT_EQ(format_size(0), "0B");
  EXPECT_EQ(format_size(16384), "16KiB");
  EXPECT_EQ(format_size(16000), "16000B");
}

TEST(Integer, OnlyDigitsAndASignCount) {
  EXPECT_EQ(parse_integer("42"), 42);
  EXPECT_EQ(parse_integer("-1"), -1);
  for (const char* text : {"", " 1", "1 ", "+1", "0x10", "1.0", "one"}) {
    EXPECT_EQ(parse_integer(text).error(), "must be a whole number") << text;
  }
  EXPECT_EQ(parse_integer("9223372036854775808").error(), "is too large");
}

}  // namespace
}  // namespace chatserver::config
