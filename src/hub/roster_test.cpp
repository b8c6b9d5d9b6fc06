#include "hub/roster.hpp"

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/server_frames.hpp"
#include "support/shard_fixture.hpp"

namespace chatserver::hub {
namespace {

using testing::ElementsAre;

constexpr std::size_t everything = 1'000'000;

PresenceChange change(std::string_view user, Status status, std::string_view name = {}) {
  const std::string shown = std::string(user) + "=" + std::string(name.empty() ? user : name) + ":";
  return {.shown = test::shown_user(user, shown), .status = status};
}

// What a client believes, from what it is told: names of those who are online.
using Belief = std::map<std::string, std::string>;

// One session's view: reads its list and the frames as a client would.
struct Watcher {
  UserId self;
  Told told;
  Belief belief;
  std::size_t listed = 0;
  std::string tail;
  std::size_t frames = 0;

  // `object`: `user=name:true}` or `…false}`.
  void believe(std::string_view object) {
    const std::string user(object.substr(0, object.find('=')));
    const std::size_t colon = object.find(':');
    const std::string name(object.substr(user.size() + 1, colon - user.size() - 1));
    if (object.substr(colon + 1) == "true}")
      belief[user] = name;
    else
      belief.erase(user);
  }
  void read_list(Roster& roster, std::size_t users_max) {
    const Roster::ListText text = roster.list_for(self, users_max);
    told = text.told;
    tail = text.tail;
    std::string_view users = *text.users;
    const std::string own = text.head.substr(std::string_view("users[").size());
    const std::string all = own + std::string(users);
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t comma = std::min(all.find(',', at), all.size());
      const std::string object = all.substr(at, comma - at);
      EXPECT_FALSE(belief.contains(object.substr(0, object.find('=')))) << "each user is listed once";
      believe(object);
      ++listed;
      at = comma + 1;
    }
  }
  // One chunk; false when there was nothing left to say.
  bool read_chunk(Roster& roster, std::size_t bytes_max) {
    if (told.cursor == roster.newest()) return false;
    const Roster::Chunk chunk = roster.chunk(told, bytes_max, self);
    EXPECT_GT(chunk.told.cursor, told.cursor);
    told = chunk.told;
    if (!chunk.frames) return true;
    const auto read = test::read_server_frames(*chunk.frames);
    EXPECT_TRUE(read.rest.empty());
    for (const test::ServerFrame& frame : read.frames) {
      const std::string_view object =
          std::string_view(frame.payload).substr(std::string_view("status ").size());
      EXPECT_NE(object.substr(0, object.find('=')), self.value()) << "nobody is told of himself";
      believe(object);
      ++frames;
    }
    return true;
  }
  void read_everything(Roster& roster) {
    while (read_chunk(roster, everything)) {
    }
  }
};

class RosterTest : public testing::Test {
 protected:
  Watcher watch(std::string_view self, std::size_t users_max = 1000) {
    Watcher watcher{.self = UserId(std::string(self)), .told = {}, .belief = {}, .tail = {}};
    watcher.read_list(roster, users_max);
    return watcher;
  }
  void come(std::string_view user) { roster.apply(change(user, Status::online)); }
  void go(std::string_view user) { roster.apply(change(user, Status::offline)); }

  Roster roster{test::test_wording().presence};
};

TEST_F(RosterTest, WhatChangesNothingIsNoChange) {
  EXPECT_FALSE(roster.apply(change("ann", Status::offline)));
  EXPECT_TRUE(roster.apply(change("ann", Status::online)));
  EXPECT_FALSE(roster.apply(change("ann", Status::online)));
  EXPECT_TRUE(roster.apply(change("ann", Status::online, "Anna")));
  EXPECT_TRUE(roster.apply(change("ann", Status::offline)));
  EXPECT_EQ(roster.online(), 0U);
  EXPECT_FALSE(roster.is_online(UserId("ann")));
}

TEST_F(RosterTest, NewcomerListsEverybodyPresent) {
  come("ann");
  come("bob");
  come("cid");
  go("bob");
  const Watcher watcher = watch("ann");
  EXPECT_EQ(watcher.belief, (Belief{{"ann", "ann"}, {"cid", "cid"}}));
  EXPECT_EQ(watcher.tail, "]");
}

TEST_F(RosterTest, ChangesAreToldInTheirOrder) {
  come("self");
  Watcher watcher = watch("self");
  come("ann");
  come("bob");
  go("ann");
  const Roster::Chunk chunk = roster.chunk(watcher.told, everything, watcher.self);
  std::vector<std::string> texts;
  for (const auto& frame : test::read_server_frames(*chunk.frames).frames) texts.push_back(frame.payload);
  EXPECT_THAT(texts, ElementsAre("status bob=bob:true}")) << "ann came and went unseen";
}

TEST_F(RosterTest, WhoLeftAndCameBackUnseenCostsNothing) {
  come("self");
  come("ann");
  Watcher watcher = watch("self");
  go("ann");
  come("ann");
  watcher.read_everything(roster);
  EXPECT_EQ(watcher.frames, 0U);
  EXPECT_TRUE(watcher.belief.contains("ann"));
}

TEST_F(RosterTest, WhoLeftForGoodAfterComingBackIsTold) {
  come("self");
  come("ann");
  Watcher watcher = watch("self");
  go("ann");
  come("ann");
  go("ann");
  watcher.read_everything(roster);
  EXPECT_FALSE(watcher.belief.contains("ann"));
}

TEST_F(RosterTest, NewNameIsToldEvenToWhoKnowsTheUser) {
  come("self");
  come("ann");
  Watcher watcher = watch("self");
  go("ann");
  roster.apply(change("ann", Status::online, "Anna"));
  watcher.read_everything(roster);
  EXPECT_EQ(watcher.belief.at("ann"), "Anna");
}

TEST_F(RosterTest, LongListIsCutAndSaysHowManyThereAre) {
  for (int i = 0; i < 10; ++i) come("u" + std::to_string(i));
  Watcher watcher = watch("dashboard", 4);
  EXPECT_EQ(watcher.listed, 3U) << "one place is kept for a newcomer's own entry";
  EXPECT_EQ(watcher.tail, "] of 10");
  watcher.read_everything(roster);
  EXPECT_EQ(watcher.belief.size(), 10U);
  EXPECT_EQ(watcher.frames, 7U);
}

TEST_F(RosterTest, NewcomerIsInItsOwnListHoweverLongItIs) {
  for (int i = 0; i < 10; ++i) come("u" + std::to_string(i));
  come("self");
  const Watcher cut = watch("self", 4);
  EXPECT_EQ(cut.listed, 4U);
  EXPECT_TRUE(cut.belief.contains("self"));
  go("u1");
  come("u1");
  const Watcher again = watch("self", 4);
  EXPECT_EQ(again.listed, 4U);
  EXPECT_TRUE(again.belief.contains("self"));
}

TEST_F(RosterTest, NewcomersShareTheList) {
  for (int i = 0; i < 10; ++i) come("u" + std::to_string(i));
  const FramePtr shared = roster.list_for(UserId("a"), 4).users;
  EXPECT_EQ(roster.list_for(UserId("b"), 4).users, shared);
  come("late");
  EXPECT_EQ(roster.list_for(UserId("c"), 4).users, shared) << "what is beyond the list does not change it";
  go("u1");
  EXPECT_NE(roster.list_for(UserId("d"), 4).users, shared);
}

TEST_F(RosterTest, SessionsInTheSamePlaceShareTheBytes) {
  come("a");
  come("b");
  const Watcher a = watch("a");
  const Watcher b = watch("b");
  come("c");
  EXPECT_EQ(roster.chunk(a.told, everything, a.self).frames, roster.chunk(b.told, everything, b.self).frames);
}

TEST_F(RosterTest, ChunksAreAboutAsLargeAsAskedFor) {
  Watcher watcher = watch("self");
  for (int i = 0; i < 100; ++i) come("user" + std::to_string(i));
  std::size_t chunks = 0;
  while (watcher.read_chunk(roster, 200)) ++chunks;
  EXPECT_GT(chunks, 10U);
  EXPECT_EQ(watcher.belief.size(), 100U);
}

TEST_F(RosterTest, ForgottenUsersComeBackAsNewOnes) {
  come("self");
  come("ann");
  go("ann");
  Watcher watcher = watch("self");
  roster.forget_offline(roster.newest());
  come("ann");
  watcher.read_everything(roster);
  EXPECT_TRUE(watcher.belief.contains("ann"));
}

// Many users come, go and take new names, while sessions join and are told at
// their own pace. Whoever has been told everything believes what is true.
TEST_F(RosterTest, WhoWasToldEverythingBelievesWhatIsTrue) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    const unsigned users = 2 + below(12);
    const std::size_t users_max = below(users + 3);
    Roster shared(test::test_wording().presence);
    Belief truth;
    std::vector<Watcher> watchers;

    for (int step = 0; step < 400; ++step) {
      switch (below(6)) {
        case 0:
        case 1:
        case 2: {
          const std::string user = "u" + std::to_string(below(users));
          const bool online = below(2) == 0;
          const std::string name = below(8) == 0          ? user + "x" + std::to_string(below(3))
                                   : truth.contains(user) ? truth[user]
                                                          : user;
          shared.apply(change(user, online ? Status::online : Status::offline, name));
          if (online)
            truth[user] = name;
          else
            truth.erase(user);
          break;
        }
        case 3: {
          if (watchers.size() >= 8) watchers.erase(watchers.begin() + below(8));
          // A user who is present joins, or somebody who only looks on.
          const std::string self = truth.empty() || below(3) == 0 ? "looker" : truth.begin()->first;
          Watcher watcher{.self = UserId(self), .told = {}, .belief = {}, .tail = {}};
          watcher.read_list(shared, users_max);
          EXPECT_EQ(watcher.belief.contains(self), truth.contains(self));
          EXPECT_LE(watcher.listed, users_max + 1);
          watchers.push_back(std::move(watcher));
          break;
        }
        case 4:
          if (!watchers.empty())
            watchers[below(static_cast<unsigned>(watchers.size()))].read_chunk(shared, 1 + below(200));
          break;
        default: {
          std::uint64_t told_by_all = shared.newest();
          for (const Watcher& watcher : watchers) told_by_all = std::min(told_by_all, watcher.told.cursor);
          if (below(10) == 0) shared.forget_offline(told_by_all);
          if (watchers.empty()) break;
          watchers[below(static_cast<unsigned>(watchers.size()))].read_everything(shared);
          break;
        }
      }
      for (const Watcher& watcher : watchers) {
        if (watcher.told.cursor != shared.newest()) continue;
        Belief expected = truth;
        Belief believed = watcher.belief;
        expected.erase(watcher.self.value());  // of oneself nobody is told
        believed.erase(watcher.self.value());
        ASSERT_EQ(believed, expected) << "step " << step;
      }
    }
    EXPECT_EQ(shared.online(), truth.size());
  }
}

}  // namespace
}  // namespace chatserver::hub
