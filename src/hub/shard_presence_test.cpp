#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/shard.hpp"
#include "support/shard_fixture.hpp"

namespace chatserver::hub {
namespace {

using std::chrono::milliseconds;
using test::ShardClient;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ShardPresenceTest : public test::ShardTest {};

TEST_F(ShardPresenceTest, OthersAreToldWhoComesAndGoes) {
  ShardClient& ann = connect("ann");
  ShardClient& bob = connect("bob");
  EXPECT_EQ(bob.user_list(), "users[ann:true},bob:true}]");
  detach(bob);
  pass(options.presence.grace + milliseconds{200});
  EXPECT_THAT(ann.presence(), ElementsAre("status bob:true}", "status bob:false}"));
  EXPECT_THAT(announced, SizeIs(3));
}

TEST_F(ShardPresenceTest, WhoIsBackWithinTheGraceNeverLeft) {
  ShardClient& ann = connect("ann");
  ShardClient& bob = connect("bob");
  for (int i = 0; i < 3; ++i) {
    if (i == 0) {
      detach(bob);
    } else {
      ShardClient* const joining = join("bob");
      ASSERT_NE(joining, nullptr);
      detach(*joining);
    }
    pass(options.presence.grace - milliseconds{500});
    ShardClient& again = connect("bob");
    pass(milliseconds{1000});
    detach(again);
  }
  connect("bob");
  pass(2 * options.presence.grace);
  EXPECT_THAT(ann.presence(), ElementsAre("status bob:true}"));
  EXPECT_EQ(shard().online(), 2U);
}

TEST_F(ShardPresenceTest, WithoutGraceLeavingIsToldAtOnce) {
  options.presence.grace = milliseconds{0};
  ShardClient& ann = connect("ann");
  detach(connect("bob"));
  flush();
  EXPECT_EQ(shard().online(), 1U);
  EXPECT_THAT(ann.presence(), ElementsAre("status bob:true}", "status bob:false}"));
}

TEST_F(ShardPresenceTest, UserIsPresentWhileAnySessionIs) {
  ShardClient& ann = connect("ann");
  ShardClient& home = connect("bob");
  ShardClient& road = connect("bob");
  detach(home);
  pass(2 * options.presence.grace);
  EXPECT_THAT(ann.presence(), ElementsAre("status bob:true}"));
  detach(road);
  pass(2 * options.presence.grace);
  EXPECT_THAT(ann.presence(), ElementsAre("status bob:true}", "status bob:false}"));
}

TEST_F(ShardPresenceTest, DashboardLooksOnUnseen) {
  ShardClient& ann = connect("ann");
  ShardClient& dashboard = connect("boss", SessionKind::dashboard);
  EXPECT_EQ(dashboard.user_list(), "users[ann:true}]");
  detach(dashboard);
  pass(2 * options.presence.grace);
  EXPECT_THAT(ann.presence(), IsEmpty());
}

TEST_F(ShardPresenceTest, SessionThatWasNeverWelcomedIsNotPresent) {
  ShardClient& ann = connect("ann");
  detach(*join("bob"));
  pass(2 * options.presence.grace);
  EXPECT_THAT(ann.presence(), IsEmpty());
}

TEST_F(ShardPresenceTest, ChangesOnOtherShardsAreToldButNotPassedOn) {
  ShardClient& ann = connect("ann");
  announced.clear();
  const std::vector<PresenceChange> changes{
      {.shown = test::shown_user("far", "far:"), .status = Status::online}};
  shard().apply_presence(changes);
  flush();
  EXPECT_THAT(ann.presence(), ElementsAre("status far:true}"));
  EXPECT_THAT(announced, IsEmpty());
  EXPECT_EQ(shard().online(), 2U);
}

TEST_F(ShardPresenceTest, LongListIsCutAndTheRestFollows) {
  options.presence.listed_max = 3;
  for (int i = 0; i < 6; ++i) connect("u" + std::to_string(i));
  ShardClient& ann = connect("ann");
  pass(milliseconds{1000});
  EXPECT_EQ(ann.user_list(), "users[ann:true},u0:true},u1:true}] of 7");
  EXPECT_THAT(ann.presence(),
              ElementsAre("status u2:true}", "status u3:true}", "status u4:true}", "status u5:true}"));
}

TEST_F(ShardPresenceTest, PresenceIsToldWithinItsBudget) {
  options.presence.bytes_per_second = 256;
  options.presence.grace = milliseconds{0};
  ShardClient& ann = connect("ann");
  pass(milliseconds{2000});
  std::vector<PresenceChange> changes;
  for (int i = 0; i < 200; ++i) {
    const std::string user = "user" + std::to_string(i);
    changes.push_back({.shown = test::shown_user(user, user + ":"), .status = Status::online});
  }
  ann.transport.forget_received();
  shard().apply_presence(changes);
  flush();
  EXPECT_LE(ann.transport.received().size(), 256U + 64U);
  pass(milliseconds{4000});
  EXPECT_LE(ann.transport.received().size(), 5U * 256U + 64U);
  pass(milliseconds{30'000});
  EXPECT_THAT(ann.presence(), SizeIs(200));
}

TEST_F(ShardPresenceTest, MessagesDoNotWaitForThePresenceBudget) {
  options.presence.bytes_per_second = 64;
  ShardClient& ann = connect("ann");
  for (int i = 0; i < 20; ++i) connect("user" + std::to_string(i));
  publish();
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("m1"));
}

}  // namespace
}  // namespace chatserver::hub
