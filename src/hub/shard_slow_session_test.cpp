#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/shard.hpp"
#include "support/shard_fixture.hpp"

namespace chatserver::hub {
namespace {

using std::chrono::milliseconds;
using test::ShardClient;
using testing::ElementsAre;

class ShardSlowSessionTest : public test::ShardTest {
 protected:
  ShardSlowSessionTest() { options.feed_bytes = 1024; }

  // More than the feed holds, flushed as it comes.
  void publish_more_than_the_feed_holds() {
    for (int i = 0; i < 400; ++i) {
      publish();
      flush();
    }
  }
};

TEST_F(ShardSlowSessionTest, IsClosedBehindTheFrameThatIsHalfOut) {
  ShardClient& slow = connect("slow");
  slow.transport.set_room(6);
  publish_more_than_the_feed_holds();
  EXPECT_FALSE(shard().is_open(slow.id()));
  EXPECT_EQ(shard().counters().cut, 1U);
  make_room(slow);
  EXPECT_THAT(slow.texts(), ElementsAre("m1", "m2"));
  EXPECT_EQ(slow.close_code(), 4008);
}

TEST_F(ShardSlowSessionTest, DoesNotKeepOthersFromTheirMessages) {
  ShardClient& slow = connect("slow");
  ShardClient& quick = connect("quick");
  slow.transport.set_room(0);
  publish_more_than_the_feed_holds();
  EXPECT_EQ(quick.texts().size(), 400U);
  EXPECT_EQ(quick.texts().back(), "m400");
  EXPECT_TRUE(shard().is_open(quick.id()));
}

TEST_F(ShardSlowSessionTest, IsResetWhenItTakesNoCloseFrameEither) {
  ShardClient& slow = connect("slow");
  slow.transport.set_room(0);
  publish_more_than_the_feed_holds();
  pass(options.keepalive.slow_close - milliseconds{200});
  EXPECT_FALSE(slow.transport.ended());
  pass(milliseconds{400});
  EXPECT_EQ(slow.transport.ended(), Ending::reset);
}

TEST_F(ShardSlowSessionTest, EndsOrderlyWhenItAnswersTheClose) {
  ShardClient& slow = connect("slow");
  slow.transport.set_room(0);
  publish_more_than_the_feed_holds();
  make_room(slow);
  shard().peer_closed(slow.id(), test::close_with(4008), now());
  EXPECT_EQ(slow.transport.ended(), Ending::orderly);
  EXPECT_EQ(slow.count(websocket::Opcode::close), 1U);
}

TEST_F(ShardSlowSessionTest, BurstThatMerelyWaitsForTheFlushCutsNobody) {
  ShardClient& ann = connect("ann");
  for (int i = 0; i < 400; ++i) publish();
  flush();
  EXPECT_EQ(ann.texts().size(), 400U);
  EXPECT_EQ(shard().counters().cut, 0U);
}

TEST_F(ShardSlowSessionTest, FullOutboxClosesItToo) {
  ShardClient& slow = connect("slow");
  ShardClient& ann = connect("ann");
  slow.transport.set_room(5);
  const std::string text(500, 'x');
  for (int i = 0; i < 9; ++i) {
    whisper("ann", "slow", text);
    flush();
  }
  make_room(slow);
  EXPECT_THAT(slow.texts(), ElementsAre(text)) << "the whisper that was half out is finished";
  EXPECT_EQ(slow.close_code(), 4008);
  EXPECT_EQ(ann.texts().size(), 9U);
}

TEST_F(ShardSlowSessionTest, GetsNothingBehindTheCloseFrame) {
  ShardClient& slow = connect("slow");
  slow.transport.set_room(0);
  publish_more_than_the_feed_holds();
  shard().send(slow.id(), test::text_frame("late"), now());
  shard().pong(slow.id(), "late", now());
  connect("newcomer");
  make_room(slow);
  publish();
  flush();
  EXPECT_EQ(slow.close_code(), 4008);
  EXPECT_EQ(slow.frames().back().opcode, websocket::Opcode::close);
}

}  // namespace
}  // namespace chatserver::hub
