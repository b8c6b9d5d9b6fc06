#include "cache/bans_in_force.hpp"

#include <gtest/gtest.h>

namespace chatserver::cache {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp noon{1767268800s};
const UserId ada{"ada"};

Ban ban(std::int64_t id, std::optional<Timestamp> end = std::nullopt) {
  return {.id = BanId{id}, .owner = UserId{"root"}, .banished = ada, .reason = "", .start = noon, .end = end};
}

TEST(BansInForce, CoversTheBanishedAndNobodyElse) {
  BansInForce bans({ban(1)});
  EXPECT_TRUE(bans.covers(ada, noon));
  EXPECT_FALSE(bans.covers(UserId{"bob"}, noon));
}

TEST(BansInForce, EndsInTheVeryInstantOfItsEnd) {
  BansInForce bans({ban(1, noon + 1h)});
  EXPECT_TRUE(bans.covers(ada, noon + 1h - 1us));
  EXPECT_FALSE(bans.covers(ada, noon + 1h));
}

TEST(BansInForce, OneOfTwoBansIsEnough) {
  BansInForce bans({ban(1), ban(2)});
  bans.remove(BanId{1});
  EXPECT_TRUE(bans.covers(ada, noon));
  bans.remove(BanId{2});
  EXPECT_FALSE(bans.covers(ada, noon));
}

}  // namespace
}  // namespace chatserver::cache
