#include "auth/key_ring.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "auth/testing/token_forge.hpp"

namespace chatserver::auth {
namespace {

using namespace std::chrono_literals;

KeySet one_key(std::string_view kid) {
  return std::move(*KeySet::parse(testing::jwks({testing::jwk(testing::p256_key(), {{"kid", kid}})})));
}

TEST(KeyRingTest, HasNoKeysBeforeTheFirstFetch) {
  const ManualClock clock;
  const KeyRing ring(24h);
  EXPECT_EQ(ring.keys(clock.monotonic()), nullptr);
  EXPECT_FALSE(ring.usable(clock.monotonic()));
}

TEST(KeyRingTest, KeysCountUntilTheyAreTooOld) {
  ManualClock clock;
  KeyRing ring(1h);
  ring.replace(one_key("a"), clock.monotonic());
  clock.advance(1h);
  EXPECT_TRUE(ring.usable(clock.monotonic()));
  clock.advance(1ms);
  EXPECT_FALSE(ring.usable(clock.monotonic()));
  EXPECT_EQ(ring.keys(clock.monotonic()), nullptr);

  ring.replace(one_key("a"), clock.monotonic());
  EXPECT_TRUE(ring.usable(clock.monotonic()));
}

TEST(KeyRingTest, OwnKeysNeverGoStale) {
  ManualClock clock;
  KeyRing ring(KeyRing::never_stale);
  ring.replace(one_key("a"), clock.monotonic());
  clock.advance(24h * 365 * 50);
  EXPECT_TRUE(ring.usable(clock.monotonic()));
}

TEST(KeyRingTest, KeysNoLongerListedAreDropped) {
  const ManualClock clock;
  KeyRing ring(1h);
  ring.replace(one_key("old"), clock.monotonic());
  const auto held = ring.keys(clock.monotonic());
  ring.replace(one_key("new"), clock.monotonic());
  EXPECT_EQ(ring.keys(clock.monotonic())->find("old"), nullptr);
  EXPECT_NE(ring.keys(clock.monotonic())->find("new"), nullptr);
  EXPECT_NE(held->find("old"), nullptr);  // a verification under way is not disturbed
}

TEST(KeyRingTest, ReadersAndWriterDoNotDisturbEachOther) {
  const ManualClock clock;
  KeyRing ring(1h);
  ring.replace(one_key("a"), clock.monotonic());
  std::thread writer([&] {
    for (int i = 0; i < 100; ++i) ring.replace(one_key("a"), clock.monotonic());
  });
  for (int i = 0; i < 1000; ++i) ASSERT_NE(ring.keys(clock.monotonic())->find("a"), nullptr);
  writer.join();
}

}  // namespace
}  // namespace chatserver::auth
