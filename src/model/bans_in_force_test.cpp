#include "model/bans_in_force.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace chatserver {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp noon{1767268800s};
const UserId ada{"ada"};

Ban ban(std::int64_t id, std::optional<Timestamp> end = std::nullopt) {
  return {.id = BanId{id}, .owner = UserId{"root"}, .banished = ada, .reason = "", .start = noon, .end = end};
}

// Which ban keeps Ada out, if one does.
std::optional<BanId> longest(BansInForce& bans, Timestamp now) {
  const Ban* found = bans.longest(ada, now);
  return found == nullptr ? std::nullopt : std::optional(found->id);
}

TEST(BansInForce, KeepOutTheBanishedAndNobodyElse) {
  BansInForce bans({ban(1)});
  EXPECT_EQ(longest(bans, noon), BanId{1});
  EXPECT_EQ(bans.longest(UserId{"bob"}, noon), nullptr);
}

TEST(BansInForce, EndsInTheVeryInstantOfItsEnd) {
  BansInForce bans({ban(1, noon + 1h)});
  EXPECT_EQ(longest(bans, noon + 1h - 1us), BanId{1});
  EXPECT_EQ(longest(bans, noon + 1h), std::nullopt);
}

TEST(BansInForce, TheOneThatEndsLastCounts) {
  BansInForce bans({ban(1, noon + 1h), ban(2, noon + 3h), ban(3, noon + 2h)});
  EXPECT_EQ(longest(bans, noon), BanId{2});
  bans.add(ban(4));
  bans.add(ban(5, noon + 9h));
  bans.add(ban(6));
  EXPECT_EQ(longest(bans, noon), BanId{4});
}

TEST(BansInForce, WhenOneEndsOrIsPardonedTheOthersStayInForce) {
  BansInForce bans({ban(1, noon + 1h), ban(2), ban(3, noon + 2h)});
  bans.remove(BanId{2});
  EXPECT_EQ(longest(bans, noon), BanId{3});
  bans.remove(BanId{3});
  bans.remove(BanId{9});
  EXPECT_EQ(longest(bans, noon), BanId{1});
  bans.remove(BanId{1});
  EXPECT_EQ(longest(bans, noon), std::nullopt);
}

}  // namespace
}  // namespace chatserver
