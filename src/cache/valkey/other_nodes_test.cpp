#include "cache/valkey/other_nodes.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::cache::valkey {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

User user(std::string_view id, std::string_view name = {}) {
  return {.id = UserId(std::string(id)), .username = std::string(name.empty() ? id : name)};
}
UserPresence came(std::string_view id, std::string_view name = {}) {
  return {.user = user(id, name), .present = true};
}
UserPresence left(std::string_view id) {
  return {.user = user(id), .present = false};
}

class OtherNodesTest : public testing::Test {
 protected:
  enum class Kind : std::uint8_t { changes, begins, ends, all, gone };

  void say(const std::string& node, std::vector<UserPresence> changes, Kind kind = Kind::changes) {
    const EntryId previous{last_, 0};
    nodes.take({.id = {++last_, 0},
                .previous = previous,
                .node = node,
                .begins = kind == Kind::begins || kind == Kind::all,
                .ends = kind == Kind::ends || kind == Kind::all,
                .gone = kind == Kind::gone,
                .version = last_,
                .changes = std::move(changes)});
  }
  // "+ann" came, "-ann" left; sorted.
  std::vector<std::string> news() {
    std::vector<std::string> all;
    for (const UserPresence& change : nodes.take_changes())
      all.push_back((change.present ? "+" : "-") + change.user.username);
    std::ranges::sort(all);
    return all;
  }

  OtherNodes nodes;

 private:
  std::uint64_t last_ = 0;
};

TEST_F(OtherNodesTest, WhoIsOnTwoNodesIsOneUser) {
  say("a", {came("ann")});
  say("b", {came("ann"), came("bob")});
  EXPECT_THAT(news(), ElementsAre("+ann", "+bob"));
  say("a", {left("ann")});
  EXPECT_THAT(news(), IsEmpty());
  say("b", {left("ann")});
  EXPECT_THAT(news(), ElementsAre("-ann"));
  EXPECT_EQ(nodes.count(), 2U);
}

TEST_F(OtherNodesTest, OnlyTheNetChangeIsNews) {
  say("a", {came("ann")});
  say("a", {left("ann")});
  EXPECT_THAT(news(), IsEmpty());
  say("a", {came("ann")});
  EXPECT_THAT(news(), ElementsAre("+ann"));
  say("a", {left("ann"), came("ann"), left("nobody")});
  EXPECT_THAT(news(), IsEmpty());
}

TEST_F(OtherNodesTest, TheNewestNameCounts) {
  say("a", {came("id", "old")});
  say("b", {came("id", "new")});
  EXPECT_THAT(news(), ElementsAre("+new"));
  say("a", {left("id")});
  EXPECT_THAT(news(), IsEmpty());
  say("a", {came("id", "newest")});
  EXPECT_THAT(news(), ElementsAre("+newest"));
  say("a", {left("id")});
  EXPECT_THAT(news(), ElementsAre("+new"));
}

TEST_F(OtherNodesTest, ANodeThatIsGoneTakesItsUsersAlong) {
  say("a", {came("ann"), came("bob")});
  say("b", {came("bob")});
  (void)news();
  say("a", {}, Kind::gone);
  say("unknown", {}, Kind::gone);
  EXPECT_THAT(news(), ElementsAre("-ann"));
  EXPECT_EQ(nodes.count(), 1U);
}

TEST_F(OtherNodesTest, WhoIsNamedAgainInAllThatANodeSaysNeverLeft) {
  say("a", {came("ann"), came("bob")}, Kind::all);
  EXPECT_THAT(news(), ElementsAre("+ann", "+bob"));
  say("a", {came("cat")}, Kind::begins);
  EXPECT_THAT(news(), ElementsAre("+cat"));
  say("a", {came("bob")}, Kind::ends);
  EXPECT_THAT(news(), ElementsAre("-ann"));
}

TEST_F(OtherNodesTest, ReplacingANodeTellsTheDifference) {
  say("a", {came("ann"), came("bob")});
  (void)news();
  nodes.replace("a", 2, {{.user = user("bob"), .at = {}}, {.user = user("cat"), .at = {}}});
  EXPECT_THAT(news(), ElementsAre("+cat", "-ann"));
}

TEST_F(OtherNodesTest, AnOlderCopyIsKnownByItsVersion) {
  say("a", {came("ann")});
  say("a", {came("bob")});
  EXPECT_TRUE(nodes.knows_more("a", 1));
  EXPECT_FALSE(nodes.knows_more("a", 2));
  EXPECT_FALSE(nodes.knows_more("unheard of", 0));
  nodes.replace("a", 7, {});
  EXPECT_TRUE(nodes.knows_more("a", 6));
  EXPECT_FALSE(nodes.knows_more("a", 7));
}

TEST_F(OtherNodesTest, DoubtedNodesHaveTheirTimeToComeBack) {
  const Monotonic begin{std::chrono::hours(1)};
  const std::chrono::seconds lease{6};
  say("a", {came("ann")});
  say("b", {came("bob")});
  say("c", {came("cat")});
  (void)news();
  nodes.doubt_all_but({{"c", 3}}, begin);
  nodes.doubt_all_but({{"c", 3}}, begin + lease);  // not doubted anew
  nodes.forget_doubted(begin - std::chrono::seconds(1));
  EXPECT_THAT(news(), IsEmpty());
  say("b", {came("bob")}, Kind::all);
  nodes.forget_doubted(begin);
  EXPECT_THAT(news(), ElementsAre("-ann"));
}

TEST_F(OtherNodesTest, WhatWasForgottenIsNewsAgain) {
  say("a", {came("ann")});
  (void)news();
  nodes.forget_all();
  EXPECT_THAT(news(), ElementsAre("-ann"));
  EXPECT_EQ(nodes.count(), 0U);
  nodes.replace("a", 1, {{.user = user("ann"), .at = {}}});
  EXPECT_THAT(news(), ElementsAre("+ann"));
}

}  // namespace
}  // namespace chatserver::cache::valkey
