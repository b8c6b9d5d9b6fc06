#include <cstdint>
#include <optional>
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

class ShardDeliveryTest : public test::ShardTest {};

TEST_F(ShardDeliveryTest, EverySessionGetsEveryMessageInOrder) {
  ShardClient& ann = connect("ann");
  ShardClient& bob = connect("bob");
  publish();
  publish();
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("m1", "m2"));
  EXPECT_THAT(bob.texts(), ElementsAre("m1", "m2"));
}

TEST_F(ShardDeliveryTest, WhatHasGatheredGoesOutInOneWriteASession) {
  ShardClient& ann = connect("ann");
  ShardClient& bob = connect("bob");
  pass(milliseconds{1000});
  const int before_ann = ann.transport.writes();
  const int before_bob = bob.transport.writes();
  for (int i = 0; i < 20; ++i) publish();
  shard().send(ann.id(), test::text_frame("direct"), now());
  shard().flush(now());
  EXPECT_EQ(ann.transport.writes(), before_ann + 1);
  EXPECT_EQ(bob.transport.writes(), before_bob + 1);
  EXPECT_FALSE(shard().wants_flush());
}

// Who goes by the highest id that came would miss what lies between.
TEST_F(ShardDeliveryTest, RepeatIsNotAnsweredAheadOfWhatComesBeforeIt) {
  ShardClient& ann = connect("ann");
  const auto answer = [&](std::int64_t id, std::optional<ChannelId> channel) {
    const Original original{.id = CacheId(id), .channel = channel};
    shard().answer(ann.id(), original, test::text_frame("answer " + std::to_string(id)), now());
  };
  publish();
  flush();
  publish();
  answer(1, ChannelId(1));  // had already: this is all the answer there is
  answer(2, ChannelId(1));  // in the feed, and not out yet
  answer(3, ChannelId(1));  // at another server
  answer(1, std::nullopt);
  publish();
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("m1", "answer 1", "m2", "m3"));
  whisper("bob", "ann", "psst");
  answer(1, std::nullopt);
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("m1", "answer 1", "m2", "m3", "psst", "answer 1"));
}

TEST_F(ShardDeliveryTest, RepeatInAChannelThatIsNotListenedToIsAnsweredAtOnce) {
  ShardClient& ann = connect("ann");
  shard().subscribe(ann.id(), {ChannelId(2)});
  shard().answer(ann.id(), {.id = CacheId(9), .channel = ChannelId(1)}, test::text_frame("answer"), now());
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("answer"));
}

TEST_F(ShardDeliveryTest, NothingIsWrittenBeforeTheFlush) {
  ShardClient& ann = connect("ann");
  publish();
  EXPECT_THAT(ann.texts(), IsEmpty());
  EXPECT_TRUE(shard().wants_flush());
}

TEST_F(ShardDeliveryTest, WhisperGoesToEverySessionOfBothAndToNobodyElse) {
  ShardClient& ann = connect("ann");
  ShardClient& bob_at_home = connect("bob");
  ShardClient& bob_on_the_road = connect("bob");
  ShardClient& cid = connect("cid");
  whisper("ann", "bob", "psst");
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("psst"));
  EXPECT_THAT(bob_at_home.texts(), ElementsAre("psst"));
  EXPECT_THAT(bob_on_the_road.texts(), ElementsAre("psst"));
  EXPECT_THAT(cid.texts(), IsEmpty());
}

TEST_F(ShardDeliveryTest, WhisperToOneselfComesOnce) {
  ShardClient& ann = connect("ann");
  whisper("ann", "ann", "note");
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("note"));
}

TEST_F(ShardDeliveryTest, WhatIsForOneSessionWaitsForOneFrameAtMost) {
  ShardClient& ann = connect("ann");
  ann.transport.set_room(1);
  publish();
  publish();
  flush();
  shard().send(ann.id(), test::text_frame("direct"), now());
  make_room(ann);
  EXPECT_THAT(ann.texts(), ElementsAre("m1", "direct", "m2"));
}

TEST_F(ShardDeliveryTest, BlockedSessionIsNotWrittenToUntilThereIsRoom) {
  ShardClient& ann = connect("ann");
  ann.transport.set_room(0);
  publish();
  flush();
  const int writes = ann.transport.writes();
  publish();
  flush();
  EXPECT_EQ(ann.transport.writes(), writes);
  make_room(ann);
  EXPECT_THAT(ann.texts(), ElementsAre("m1", "m2"));
}

TEST_F(ShardDeliveryTest, SendToASessionThatIsGoneDoesNothing) {
  ShardClient& ann = connect("ann");
  detach(ann);
  shard().send(ann.id(), test::text_frame("late"), now());
  shard().pong(ann.id(), "late", now());
  flush();
  EXPECT_THAT(ann.texts(), IsEmpty());
}

TEST_F(ShardDeliveryTest, DeadConnectionIsLeftAloneUntilItDetaches) {
  ShardClient& ann = connect("ann");
  ann.transport.die();
  publish();
  flush();
  const int writes = ann.transport.writes();
  publish();
  flush();
  EXPECT_EQ(ann.transport.writes(), writes);
}

TEST_F(ShardDeliveryTest, SubscriberGetsItsChannelsAndWhatBelongsToNone) {
  ShardClient& ann = connect("ann");
  ShardClient& bob = connect("bob");
  shard().subscribe(ann.id(), {ChannelId(3), ChannelId(2)});
  for (const int channel : {1, 2, 1, 1, 3, 2, 1}) publish(ChannelId(channel));
  shard().announce(test::text_frame("announcement"), now());
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("m2", "m5", "m6", "announcement"));
  EXPECT_EQ(bob.texts().size(), 8U);
  shard().subscribe(ann.id(), {});
  publish(ChannelId(1));
  flush();
  EXPECT_EQ(ann.texts().back(), "m8");
}

TEST_F(ShardDeliveryTest, AnAnnouncementTooLargeForTheFeedReachesEverybodyAllTheSame) {
  options.feed_bytes = 256;
  options.outbox_bytes = 64;
  ShardClient& ann = connect("ann");
  ShardClient& bob = connect("bob");
  const std::string large(200, 'x');
  shard().announce(test::text_frame(large), now());
  publish(ChannelId(1));
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre(large, "m1"));
  EXPECT_THAT(bob.texts(), ElementsAre(large, "m1"));
}

TEST_F(ShardDeliveryTest, FramesOfOtherChannelsAreNoWriteAndNoLag) {
  options.feed_bytes = 4096;
  ShardClient& ann = connect("ann");
  shard().subscribe(ann.id(), {ChannelId(2)});
  flush();
  const int writes = ann.transport.writes();
  for (int i = 0; i < 2000; ++i) {
    publish(ChannelId(1));
    if (i % 100 == 0) flush();
  }
  flush();
  EXPECT_EQ(ann.transport.writes(), writes);
  publish(ChannelId(2));
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("m2001"));
}

TEST_F(ShardDeliveryTest, UnsubscribingFinishesTheFrameThatIsHalfOut) {
  ShardClient& ann = connect("ann");
  ann.transport.set_room(2);
  publish(ChannelId(1));
  publish(ChannelId(2));
  flush();
  shard().subscribe(ann.id(), {ChannelId(2)});
  make_room(ann);
  EXPECT_THAT(ann.texts(), ElementsAre("m1", "m2"));
}

TEST_F(ShardDeliveryTest, PingIsAnsweredWithItsPayload) {
  ShardClient& ann = connect("ann");
  shard().pong(ann.id(), "payload", now());
  flush();
  EXPECT_EQ(ann.frames().back().opcode, websocket::Opcode::pong);
  EXPECT_EQ(ann.frames().back().payload, "payload");
}

TEST_F(ShardDeliveryTest, RefusalsAreCountedInAWindow) {
  ShardClient& ann = connect("ann");
  const std::chrono::seconds window{60};
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(shard().count_refused(ann.id(), now(), window), i);
  clock.advance(window);
  EXPECT_EQ(shard().count_refused(ann.id(), now(), window), 1);
}

}  // namespace
}  // namespace chatserver::hub
