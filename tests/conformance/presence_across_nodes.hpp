#pragma once

// What several nodes promise each other; part of conformance/presence_exchange.hpp.

namespace chatserver::cache::conformance {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(PresenceAcrossNodes, OthersAreToldWhoComesAndGoes) {
  PresenceNode one(world());
  PresenceNode other(world());
  one.exchange->here({came("ann", "Ann of Cleves"), came("bob")});
  other.listener.wait_for({{"ann", "Ann of Cleves"}, {"bob", "bob"}});
  one.exchange->here({left("bob"), came("ann", "Anna")});
  other.listener.wait_for({{"ann", "Anna"}});
  EXPECT_THAT(one.listener.news(), IsEmpty());
}

TEST_P(PresenceAcrossNodes, WhoStartsLaterIsToldOfEverybodyBeforeItIsAsked) {
  PresenceNode one(world());
  PresenceNode witness(world());
  one.exchange->here({came("ann"), came("bob")});
  witness.listener.wait_for({{"ann", "ann"}, {"bob", "bob"}});
  PresenceNode late(world());
  EXPECT_EQ(late.listener.news().size(), 2U);
  EXPECT_EQ(late.exchange->standing().nodes, 3U);
}

TEST_P(PresenceAcrossNodes, AUserOnTwoNodesIsOneUser) {
  PresenceNode one(world());
  PresenceNode two(world());
  PresenceNode other(world());
  one.exchange->here({came("ann")});
  two.listener.wait_for({{"ann", "ann"}});
  two.exchange->here({came("ann"), came("mark")});
  other.listener.wait_for({{"ann", "ann"}, {"mark", "mark"}});
  one.exchange->here({left("ann"), came("next")});
  other.listener.wait_for({{"ann", "ann"}, {"mark", "mark"}, {"next", "next"}});
  two.exchange->here({left("ann")});
  other.listener.wait_for({{"mark", "mark"}, {"next", "next"}});
  EXPECT_THAT(other.listener.news(), ElementsAre("+ann", "+mark", "+next", "-ann"));
}

TEST_P(PresenceAcrossNodes, ADeadNodesUsersAreGone) {
  PresenceNode node(world());
  world().say_and_die({came("ann"), came("bob")});
  node.listener.wait_for({{"ann", "ann"}, {"bob", "bob"}});
  node.listener.wait_for({});
  EXPECT_EQ(node.listener.news().size(), 4U);
}

TEST_P(PresenceAcrossNodes, WhoComesBackElsewhereWhileADeadNodeIsNotMissedNeverLeft) {
  PresenceNode node(world());
  PresenceNode other(world());
  world().say_and_die({came("ann"), came("bob")});
  node.listener.wait_for({{"ann", "ann"}, {"bob", "bob"}});
  other.exchange->here({came("ann")});
  node.listener.wait_for({{"ann", "ann"}});
  EXPECT_THAT(node.listener.news(), testing::UnorderedElementsAre("+ann", "+bob", "-bob"));
}

TEST_P(PresenceAcrossNodes, ANodeThatStopsTakesItsUsersAlong) {
  PresenceNode one(world());
  PresenceNode other(world());
  one.exchange->here({came("ann")});
  other.listener.wait_for({{"ann", "ann"}});
  one.exchange->stop();
  other.listener.wait_for({});
}

TEST_P(PresenceAcrossNodes, AStormTakesFewCallsAndEverybodyArrives) {
  constexpr int users = 5000;
  PresenceNode one(world());
  PresenceNode other(world());
  RecordingListener::Present all;
  const std::int64_t before = world().calls();
  for (int i = 0; i < users; ++i) {
    const std::string user = "user" + std::to_string(i);
    one.exchange->here({came(user)});
    all.emplace(user, user);
  }
  other.listener.wait_for(all);
  EXPECT_LT(world().calls() - before, users / 10);
  PresenceNode late(world());
  EXPECT_EQ(late.listener.news().size(), all.size());
}

TEST_P(PresenceAcrossNodes, WhileNothingCanBeHeardOthersAreThereUntilTheirLeaseEnds) {
  PresenceNode one(world());
  PresenceNode other(world());
  one.exchange->here({came("ann")});
  other.listener.wait_for({{"ann", "ann"}});
  world().set_failing(true);
  one.exchange->here({came("bob")});
  other.listener.wait_for({});
  EXPECT_FALSE(other.exchange->standing().works);
  EXPECT_EQ(other.exchange->standing().nodes, 1U);
  world().set_failing(false);
  other.listener.wait_for({{"ann", "ann"}, {"bob", "bob"}});
}

TEST_P(PresenceAcrossNodes, WhatWasLostIsSaidAgainAndNobodyIsCalledGone) {
  PresenceNode one(world());
  PresenceNode other(world());
  one.exchange->here({came("ann"), came("bob")});
  other.exchange->here({came("cat")});
  one.listener.wait_for({{"cat", "cat"}});
  other.listener.wait_for({{"ann", "ann"}, {"bob", "bob"}});
  world().lose_everything();
  one.exchange->here({came("mark")});
  other.listener.wait_for({{"ann", "ann"}, {"bob", "bob"}, {"mark", "mark"}});
  PresenceNode late(world());
  late.listener.wait_for({{"ann", "ann"}, {"bob", "bob"}, {"cat", "cat"}, {"mark", "mark"}});
  EXPECT_THAT(other.listener.news(), testing::UnorderedElementsAre("+ann", "+bob", "+mark"));
  EXPECT_THAT(one.listener.news(), ElementsAre("+cat"));
}

TEST_P(PresenceAcrossNodes, WhatAnOlderCopyLacksIsSaidAgainAndNobodyIsCalledGone) {
  PresenceNode one(world());
  PresenceNode other(world());
  one.exchange->here({came("ann"), came("bob")});
  other.listener.wait_for({{"ann", "ann"}, {"bob", "bob"}});
  world().save();
  one.exchange->here({left("bob"), came("cat")});
  other.listener.wait_for({{"ann", "ann"}, {"cat", "cat"}});
  world().go_back();
  one.exchange->here({came("mark")});
  other.listener.wait_for({{"ann", "ann"}, {"cat", "cat"}, {"mark", "mark"}});
  PresenceNode late(world());
  late.listener.wait_for({{"ann", "ann"}, {"cat", "cat"}, {"mark", "mark"}});
  EXPECT_THAT(other.listener.news(), testing::UnorderedElementsAre("+ann", "+bob", "-bob", "+cat", "+mark"));
}

}  // namespace chatserver::cache::conformance
