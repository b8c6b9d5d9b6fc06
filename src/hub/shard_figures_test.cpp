#include <gmock/gmock.h>

#include "support/shard_fixture.hpp"

namespace chatserver::hub {
namespace {

using namespace std::chrono_literals;
using test::ShardClient;
using test::text_frame;
using testing::ElementsAre;
using testing::IsEmpty;

// Dashboards and the figures that they are shown, every 2 s at most.
class ShardFigures : public test::ShardTest {
 protected:
  ShardFigures() { options.analytics_interval = 2s; }

  ShardClient& dashboard(std::string_view user = "admin") {
    ShardClient& client = connect(user, SessionKind::dashboard);
    show();
    return client;
  }
  void set(std::string_view text) {
    shard().set_figures(text_frame(text));
    show();
  }
  void show() {
    shard().show_figures(now());
    flush();
  }
  // As pass(), with a look at the figures every tick.
  void pass_showing(std::chrono::milliseconds time) {
    for (const Monotonic end = now() + time; now() < end;) {
      pass(Wheel::tick);
      show();
    }
  }
};

TEST_F(ShardFigures, ADashboardIsShownThemBehindItsWelcome) {
  set("figures 1");
  Shard::Welcome words;
  words.private_messages = text_frame("private");
  ShardClient& client = *join("admin", SessionKind::dashboard);
  ASSERT_TRUE(welcome(client, words));
  shard().show_figures(now());  // the welcome waits still
  flush();
  show();
  EXPECT_THAT(client.texts(), ElementsAre("private", "figures 1"));
}

TEST_F(ShardFigures, ADashboardThatWasThereFirstIsShownThemAtOnce) {
  ShardClient& client = dashboard();
  EXPECT_THAT(client.texts(), IsEmpty());
  set("figures 1");
  EXPECT_THAT(client.texts(), ElementsAre("figures 1"));
}

TEST_F(ShardFigures, ChatUsersAreNeverShownThem) {
  ShardClient& client = connect("ann");
  set("figures 1");
  EXPECT_THAT(client.texts(), IsEmpty());
}

TEST_F(ShardFigures, AtMostOneAnIntervalAndTheNewest) {
  ShardClient& client = dashboard();
  set("figures 1");
  pass_showing(500ms);
  set("figures 2");
  pass_showing(1400ms);
  set("figures 3");
  EXPECT_THAT(client.texts(), ElementsAre("figures 1"));
  pass_showing(100ms);
  EXPECT_THAT(client.texts(), ElementsAre("figures 1", "figures 3"));
}

TEST_F(ShardFigures, WhatHasNotChangedIsNotShownAgain) {
  ShardClient& client = dashboard();
  set("figures 1");
  pass_showing(10s);
  EXPECT_THAT(client.texts(), ElementsAre("figures 1"));
}

TEST_F(ShardFigures, ADashboardThatDoesNotReadMissesTurnsAndGetsTheNewestLater) {
  ShardClient& client = dashboard();
  ShardClient& other = dashboard("other");
  client.transport.set_room(0);
  set("figures 1");  // fills its queue
  for (int i = 2; i <= 5; ++i) {
    pass_showing(2s);
    set("figures " + std::to_string(i));
  }
  EXPECT_THAT(client.texts(), IsEmpty());
  EXPECT_THAT(other.texts(), ElementsAre("figures 1", "figures 2", "figures 3", "figures 4", "figures 5"));
  make_room(client);
  EXPECT_THAT(client.texts(), ElementsAre("figures 1"));
  pass_showing(2s);
  EXPECT_THAT(client.texts(), ElementsAre("figures 1", "figures 5"));
}

TEST_F(ShardFigures, FiguresThatNobodyKeepsUpAreNotShown) {
  set("figures 1");
  shard().set_figures(nullptr);
  ShardClient& client = dashboard();
  pass_showing(4s);
  EXPECT_THAT(client.texts(), IsEmpty());
  set("figures 2");
  EXPECT_THAT(client.texts(), ElementsAre("figures 2"));
}

TEST_F(ShardFigures, WhoHasLeftIsForgotten) {
  ShardClient& client = dashboard();
  detach(client);
  set("figures 1");
  EXPECT_THAT(client.texts(), IsEmpty());
}

}  // namespace
}  // namespace chatserver::hub
