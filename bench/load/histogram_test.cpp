#include "load/histogram.hpp"

#include <gtest/gtest.h>

namespace chatserver::bench {
namespace {

TEST(LatencyHistogram, EmptyHasNoQuantile) {
  EXPECT_EQ(LatencyHistogram().quantile(0.99), 0U);
}

TEST(LatencyHistogram, SmallDurationsAreExact) {
  LatencyHistogram histogram;
  for (std::uint64_t value = 1; value <= 50; ++value) histogram.record(value);
  EXPECT_EQ(histogram.quantile(0.5), 25U);
  EXPECT_EQ(histogram.quantile(1.0), 50U);
}

TEST(LatencyHistogram, QuantilesAreAtMostThreePercentTooHigh) {
  LatencyHistogram histogram;
  for (std::uint64_t value = 1; value <= 1'000'000; ++value) histogram.record(value * 1000);
  for (const double share : {0.5, 0.99, 0.999}) {
    const double truth = share * 1e9;
    const auto found = static_cast<double>(histogram.quantile(share));
    EXPECT_GE(found, truth);
    EXPECT_LE(found, truth * 1.032);
  }
  EXPECT_EQ(histogram.max(), 1'000'000'000U);
}

TEST(LatencyHistogram, TheLargestDurationHasABucket) {
  LatencyHistogram histogram;
  histogram.record(UINT64_MAX);
  EXPECT_EQ(histogram.quantile(0.5), UINT64_MAX);
}

}  // namespace
}  // namespace chatserver::bench
