#include "cache/valkey/backoff.hpp"

#include <gtest/gtest.h>

namespace chatserver::cache::valkey {
namespace {

TEST(ValkeyBackoff, GrowsToItsBoundAndIsNeverTheSameForAll) {
  Backoff one(1);
  Backoff other(2);
  bool differed = false;
  for (int i = 0; i < 20; ++i) {
    const auto wait = one.next();
    EXPECT_GE(wait, Backoff::first / 2);
    EXPECT_LE(wait, Backoff::most);
    differed = differed || wait != other.next();
  }
  EXPECT_TRUE(differed);
  EXPECT_GE(one.next(), Backoff::most / 2);
  one.reset();
  EXPECT_LE(one.next(), Backoff::first);
}

}  // namespace
}  // namespace chatserver::cache::valkey
