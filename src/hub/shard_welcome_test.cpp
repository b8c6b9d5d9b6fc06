#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/shard.hpp"
#include "support/shard_fixture.hpp"

namespace chatserver::hub {
namespace {

using Welcome = Shard::Welcome;
using test::ShardClient;
using testing::ElementsAre;
using testing::IsEmpty;

class ShardWelcomeTest : public test::ShardTest {
 protected:
  ShardWelcomeTest() { options.recent_messages = 5; }

  static Welcome showing(decltype(Welcome::messages) messages) {
    Welcome words;
    words.messages = std::move(messages);
    return words;
  }
  static std::vector<std::string> all_texts(const ShardClient& client) {
    std::vector<std::string> texts;
    for (const test::ServerFrame& frame : client.frames()) texts.push_back(frame.payload);
    return texts;
  }
};

TEST_F(ShardWelcomeTest, HasItsPartsInTheProtocolsOrder) {
  shard().set_channels(test::text_frame("channels"));
  publish();
  ShardClient& ann = *join("ann");
  whisper("bob", "ann", "held");
  const Welcome words{.prologue = test::text_frame("prologue"),
                      .messages = {},
                      .private_messages = test::text_frame("private"),
                      .deleted = test::text_frame("deleted")};
  EXPECT_TRUE(welcome(ann, words));
  publish();
  flush();
  EXPECT_THAT(all_texts(ann), ElementsAre("prologue", "bulk[m1]", "channels", "private", "users[ann:true}]",
                                          "deleted", "held", "m2"));
}

TEST_F(ShardWelcomeTest, JoiningSessionIsWrittenNothing) {
  ShardClient& ann = *join("ann");
  publish();
  whisper("bob", "ann", "held");
  flush();
  EXPECT_EQ(ann.transport.writes(), 0);
  EXPECT_FALSE(shard().is_open(ann.id()));
}

TEST_F(ShardWelcomeTest, RecentMessagesAndLiveOnesLeaveNoGapAndRepeatNothing) {
  publish();
  ShardClient& ann = *join("ann");
  publish();
  EXPECT_TRUE(welcome(ann));
  publish();
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("bulk[m1,m2]", "m3"));
}

TEST_F(ShardWelcomeTest, HistoryReadForItsPlaceIsFollowedByWhatCameMeanwhile) {
  publish();
  publish();
  ShardClient& ann = *join("ann");
  EXPECT_EQ(ann.attached.last_public, CacheId(2));
  publish();
  EXPECT_TRUE(welcome(ann, showing(test::text_frame("bulk[m1,m2]"))));
  publish();
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("bulk[m1,m2]", "m3", "m4"));
}

TEST_F(ShardWelcomeTest, EmptyHistoryIsNotShown) {
  ShardClient& ann = *join("ann");
  EXPECT_TRUE(welcome(ann, showing(FramePtr{})));
  publish();
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("m1"));
}

TEST_F(ShardWelcomeTest, ResumingClientGetsWhatItHasNot) {
  for (int i = 0; i < 4; ++i) publish();
  EXPECT_EQ(shard().how_to_resume(CacheId(2)), Shard::Resume::from_recent);
  ShardClient& ann = *join("ann");
  EXPECT_TRUE(welcome(ann, showing(CacheId(2))));
  publish();
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("bulk[m3,m4]", "m5"));
}

TEST_F(ShardWelcomeTest, WhatIsNoLongerRecentIsReadFromTheStore) {
  for (int i = 0; i < 9; ++i) publish();
  EXPECT_EQ(shard().how_to_resume(CacheId(3)), Shard::Resume::from_store);
  EXPECT_EQ(shard().how_to_resume(CacheId(4)), Shard::Resume::from_recent);
}

TEST_F(ShardWelcomeTest, UnknownLastIdIsAReset) {
  publish();
  EXPECT_EQ(shard().how_to_resume(CacheId(7)), Shard::Resume::reset);
  ShardClient& ann = *join("ann");
  EXPECT_TRUE(welcome(ann, showing(CacheId(7))));
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("bulk[m1]reset"));
}

TEST_F(ShardWelcomeTest, ResumeThatMessagesOverranWhileItsHistoryWasReadIsTruncated) {
  publish();
  ASSERT_EQ(shard().how_to_resume(CacheId(1)), Shard::Resume::from_recent);
  ShardClient& ann = *join("ann");
  for (int i = 0; i < 20; ++i) publish();
  EXPECT_TRUE(welcome(ann, showing(CacheId(1))));
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("bulk[m17,m18,m19,m20,m21]truncated"));
}

TEST_F(ShardWelcomeTest, IsRefusedWhenTheFeedHasGoneOn) {
  options.feed_bytes = 256;
  ShardClient& ann = *join("ann");
  for (int i = 0; i < 200; ++i) publish();
  EXPECT_FALSE(welcome(ann, showing(test::text_frame("bulk[]"))));
  flush();
  EXPECT_EQ(ann.transport.writes(), 0);
}

TEST_F(ShardWelcomeTest, IsRefusedWhenTheSessionWasClosedMeanwhile) {
  ShardClient& banned = *join("banned");
  shard().close_user(UserId("banned"), test::close_with(4003), now());
  EXPECT_FALSE(welcome(banned));
  ShardClient& late = *join("late");
  shard().close_all(test::close_with(1001), now());
  EXPECT_FALSE(welcome(late));
  EXPECT_THAT(announced, IsEmpty());
}

// Its HTTP request is still to be answered: a frame before that would be garbage to the client.
TEST_F(ShardWelcomeTest, SessionClosedWhileJoiningIsWrittenNothingOfWhatWasHeld) {
  ShardClient& ann = *join("ann");
  whisper("bob", "ann", "held");
  shard().close_user(UserId("ann"), test::close_with(4003), now());
  publish();
  flush();
  EXPECT_EQ(ann.transport.received(), "");
}

TEST_F(ShardWelcomeTest, TooManyPrivateFramesWhileJoiningRefuseTheWelcome) {
  ShardClient& ann = *join("ann");
  const std::string text(1000, 'x');
  for (int i = 0; i < 5; ++i) whisper("bob", "ann", text);
  publish();
  flush();
  EXPECT_EQ(ann.transport.received(), "");
  EXPECT_FALSE(welcome(ann));
}

TEST_F(ShardWelcomeTest, UserMayHaveSoManyConnections) {
  options.connections_per_user = 2;
  connect("ann");
  ShardClient& second = connect("ann");
  EXPECT_EQ(join("ann"), nullptr);
  EXPECT_NE(join("bob"), nullptr);
  detach(second);
  EXPECT_NE(join("ann"), nullptr);
}

TEST_F(ShardWelcomeTest, DeletedMessagesAreNotShownAnyMore) {
  publish();
  publish();
  const std::vector<CacheId> ids{CacheId(1)};
  shard().forget_messages(ids);
  ShardClient& ann = connect("ann");
  EXPECT_THAT(ann.texts(), ElementsAre("bulk[m2]"));
}

}  // namespace
}  // namespace chatserver::hub
