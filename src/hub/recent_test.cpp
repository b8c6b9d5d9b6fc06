#include "hub/recent.hpp"

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/server_frames.hpp"
#include "support/shard_fixture.hpp"

namespace chatserver::hub {
namespace {

using test::WithNonce;

const UserId ann("ann");
const UserId bob("bob");

class RecentTest : public testing::Test {
 protected:
  // As a shard does: into the feed and among the recent ones.
  void add(std::int64_t id, std::string_view author = "ann", WithNonce nonce = WithNonce::no) {
    const auto message = test::public_message(id, ChannelId(1), author, nonce);
    feed.append(message->frame, message->channel);
    recent.add(message);
  }
  static std::string text(const FramePtr& frame) {
    if (!frame) return "nothing";
    const auto read = test::read_server_frames(*frame);
    return read.frames.size() == 1 && read.rest.empty() ? read.frames[0].payload : "not one frame";
  }

  Feed feed{4096};
  Recent recent{test::test_wording().bulk, 4, CacheId(10)};
};

TEST_F(RecentTest, NothingIsShownWhileThereIsNothing) {
  EXPECT_EQ(recent.welcome(bob, feed).frame, nullptr);
}

TEST_F(RecentTest, WelcomeShowsTheNewestMessagesOldestFirst) {
  for (std::int64_t id = 11; id <= 16; ++id) add(id);
  EXPECT_EQ(text(recent.welcome(bob, feed).frame), "bulk[m13,m14,m15,m16]");
}

TEST_F(RecentTest, NewcomersBetweenTwoDeliveriesShareOneFrame) {
  add(11);
  const Bulk first = recent.welcome(bob, feed);
  const Bulk second = recent.welcome(UserId("cid"), feed);
  EXPECT_EQ(second.frame, first.frame);
  EXPECT_EQ(second.cursor, (Cursor{1, 0}));
}

TEST_F(RecentTest, WelcomeHoldsWhatWasDeliveredJustNow) {
  add(11);
  const Bulk first = recent.welcome(bob, feed);
  add(12);
  const Bulk second = recent.welcome(bob, feed);
  EXPECT_EQ(text(second.frame), "bulk[m11,m12]");
  EXPECT_EQ(second.cursor, (Cursor{feed.end(), 0}));
}

TEST_F(RecentTest, SharedFrameIsMadeAnewWhenTheFeedHasDroppedItsPlace) {
  add(11);
  (void)recent.welcome(bob, feed);
  const std::string large(2000, 'x');
  for (int i = 0; i < 4; ++i) feed.append(large, ChannelId{});
  const Bulk bulk = recent.welcome(bob, feed);
  EXPECT_TRUE(feed.holds(bulk.cursor));
}

TEST_F(RecentTest, AuthorAloneReadsTheNonce) {
  add(11, "ann", WithNonce::yes);
  EXPECT_EQ(text(recent.welcome(bob, feed).frame), "bulk[m11]");
  EXPECT_EQ(text(recent.welcome(ann, feed).frame), "bulk[m11+nonce]");
  EXPECT_EQ(text(recent.welcome(bob, feed).frame), "bulk[m11]");
  EXPECT_EQ(text(recent.resume(CacheId(10), 10, ann, feed).frame), "bulk[m11+nonce]");
}

TEST_F(RecentTest, CoversWhatCameAfterItsOldestMessage) {
  EXPECT_TRUE(recent.covers(CacheId(10)));
  EXPECT_FALSE(recent.covers(CacheId(9)));
  for (std::int64_t id = 11; id <= 15; ++id) add(id);
  EXPECT_FALSE(recent.covers(CacheId(10)));
  EXPECT_TRUE(recent.covers(CacheId(11)));
}

TEST_F(RecentTest, ResumeShowsWhatIsNewer) {
  for (std::int64_t id = 11; id <= 14; ++id) add(id);
  EXPECT_EQ(text(recent.resume(CacheId(12), 10, bob, feed).frame), "bulk[m13,m14]");
  const Bulk none = recent.resume(CacheId(14), 10, bob, feed);
  EXPECT_EQ(none.frame, nullptr);
  EXPECT_EQ(none.cursor, (Cursor{feed.end(), 0}));
}

TEST_F(RecentTest, ResumeOfTooMuchIsTruncatedToTheNewest) {
  for (std::int64_t id = 11; id <= 14; ++id) add(id);
  EXPECT_EQ(text(recent.resume(CacheId(11), 2, bob, feed).frame), "bulk[m13,m14]truncated");
  EXPECT_EQ(text(recent.resume(CacheId(12), 2, bob, feed).frame), "bulk[m13,m14]");
}

TEST_F(RecentTest, ResumeThatTheOldestMessagesWereLostToSaysSo) {
  for (std::int64_t id = 11; id <= 20; ++id) add(id);
  EXPECT_EQ(text(recent.resume(CacheId(12), 10, bob, feed).frame), "bulk[m17,m18,m19,m20]truncated");
}

TEST_F(RecentTest, ResetIsAFullWelcomeThatSaysSo) {
  EXPECT_EQ(text(recent.reset(bob, feed).frame), "bulk[]reset");
  add(11);
  add(12);
  EXPECT_EQ(text(recent.reset(bob, feed).frame), "bulk[m11,m12]reset");
}

TEST_F(RecentTest, RemovedMessagesAreShownToNobody) {
  for (std::int64_t id = 11; id <= 13; ++id) add(id);
  (void)recent.welcome(bob, feed);
  recent.remove(std::array{CacheId(12), CacheId(99)});
  EXPECT_EQ(text(recent.welcome(bob, feed).frame), "bulk[m11,m13]");
  EXPECT_EQ(text(recent.resume(CacheId(11), 10, bob, feed).frame), "bulk[m13]");
  EXPECT_TRUE(recent.covers(CacheId(10)));
}

TEST_F(RecentTest, ReplacedMessagesAreShownAsTheyAreNow) {
  for (std::int64_t id = 11; id <= 13; ++id) add(id);
  EXPECT_EQ(text(recent.welcome(bob, feed).frame), "bulk[m11,m12,m13]");
  const auto anew = [](std::int64_t id) {
    auto message = std::make_shared<PublicMessage>(*test::public_message(id));
    message->object = "new" + std::to_string(id);
    return message;
  };
  recent.replace(std::vector<std::shared_ptr<const PublicMessage>>{anew(9), anew(11), anew(13), anew(99)});
  EXPECT_EQ(text(recent.welcome(bob, feed).frame), "bulk[new11,m12,new13]");
}

TEST(RecentWithoutRoomTest, KeepsNothing) {
  Feed feed(1024);
  Recent recent(test::test_wording().bulk, 0, CacheId(0));
  recent.add(test::public_message(1));
  EXPECT_EQ(recent.welcome(ann, feed).frame, nullptr);
  EXPECT_FALSE(recent.covers(CacheId(0)));
  EXPECT_TRUE(recent.covers(CacheId(1)));
}

}  // namespace
}  // namespace chatserver::hub
