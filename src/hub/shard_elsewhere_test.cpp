// Shard: users who are on other nodes.

#include <string>
#include <string_view>
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

class ShardElsewhereTest : public test::ShardTest {
 protected:
  void elsewhere(std::string_view user, Status status, std::string_view name = {}) {
    const std::string shown(name.empty() ? user : name);
    const std::vector<PresenceChange> changes{
        {.shown = test::shown_user(user, shown + ":"), .status = status}};
    shard().apply_elsewhere(changes);
    flush();
  }
  // Lets the grace of whoever left pass.
  void leave(ShardClient& client) {
    detach(client);
    pass(options.presence.grace + milliseconds{200});
  }

  static std::vector<std::string> told(const std::vector<PresenceChange>& changes) {
    std::vector<std::string> all;
    for (const PresenceChange& change : changes)
      all.push_back(change.shown->object + (change.status == Status::online ? "true" : "false"));
    return all;
  }
};

TEST_F(ShardElsewhereTest, WhoIsOnAnotherNodeIsListedAndTold) {
  elsewhere("bob", Status::online);
  ShardClient& ann = connect("ann");
  EXPECT_EQ(ann.user_list(), "users[bob:true},ann:true}]");
  elsewhere("eve", Status::online);
  elsewhere("bob", Status::offline);
  EXPECT_THAT(ann.presence(), ElementsAre("status eve:true}", "status bob:false}"));
  EXPECT_EQ(shard().online(), 2U);
}

TEST_F(ShardElsewhereTest, OnTwoNodesIsOneUserUntilTheLastIsLeft) {
  ShardClient& ann = connect("ann");
  ShardClient& bob = connect("bob");
  elsewhere("bob", Status::online);
  leave(bob);
  EXPECT_THAT(ann.presence(), ElementsAre("status bob:true}"));
  elsewhere("bob", Status::offline);
  EXPECT_THAT(ann.presence(), ElementsAre("status bob:true}", "status bob:false}"));
  EXPECT_THAT(told(announced), ElementsAre("ann:true", "bob:true", "bob:false"));
}

TEST_F(ShardElsewhereTest, LeavingTheOtherNodeFirstIsNotTold) {
  ShardClient& ann = connect("ann");
  ShardClient& bob = connect("bob");
  elsewhere("bob", Status::online);
  elsewhere("bob", Status::offline);
  EXPECT_THAT(ann.presence(), ElementsAre("status bob:true}"));
  leave(bob);
  EXPECT_THAT(ann.presence(), ElementsAre("status bob:true}", "status bob:false}"));
}

TEST_F(ShardElsewhereTest, WhoMovesToAnotherNodeWithinTheGraceNeverLeft) {
  ShardClient& ann = connect("ann");
  detach(connect("bob"));
  pass(options.presence.grace - milliseconds{500});
  elsewhere("bob", Status::online);
  pass(2 * options.presence.grace);
  EXPECT_THAT(ann.presence(), ElementsAre("status bob:true}"));
}

TEST_F(ShardElsewhereTest, OtherNodesAreToldOfThisNodesUsersAlone) {
  elsewhere("eve", Status::online);
  elsewhere("bob", Status::online);
  ShardClient& bob = connect("bob");
  connect("cat", SessionKind::dashboard);
  leave(bob);
  elsewhere("eve", Status::offline);
  EXPECT_THAT(told(announced_here), ElementsAre("bob:true", "bob:false"));
}

TEST_F(ShardElsewhereTest, WithoutGraceTheOtherNodesAreToldAtOnce) {
  options.presence.grace = milliseconds{0};
  elsewhere("bob", Status::online);
  detach(connect("bob"));
  EXPECT_THAT(told(announced_here), ElementsAre("bob:true", "bob:false"));
  EXPECT_EQ(shard().online(), 1U);
}

TEST_F(ShardElsewhereTest, ANewNameElsewhereIsTold) {
  ShardClient& ann = connect("ann");
  elsewhere("bob", Status::online);
  elsewhere("bob", Status::online, "bert");
  elsewhere("bob", Status::online, "bert");
  EXPECT_THAT(ann.presence(), ElementsAre("status bob:true}", "status bert:true}"));
}

TEST_F(ShardElsewhereTest, LeavingWhereOneNeverWasIsNothing) {
  ShardClient& ann = connect("ann");
  elsewhere("bob", Status::offline);
  elsewhere("ann", Status::offline);
  EXPECT_THAT(ann.presence(), IsEmpty());
  EXPECT_EQ(shard().online(), 1U);
}

TEST_F(ShardElsewhereTest, SessionsOfSomebodyWhoIsElsewhereTooAreClosedAndGetWhispers) {
  elsewhere("bob", Status::online);
  shard().close_user(UserId("bob"), test::test_wording().expired, now());
  whisper("ann", "bob", "nobody is here to read it");
  ShardClient& bob = connect("bob");
  elsewhere("bob", Status::offline);
  shard().close_user(UserId("bob"), test::test_wording().expired, now());
  flush();
  EXPECT_EQ(bob.close_code(), test::test_wording().expired.code);
}

}  // namespace
}  // namespace chatserver::hub
