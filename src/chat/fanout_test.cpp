#include "chat/fanout.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/server_frame.hpp"
#include "support/server_frames.hpp"
#include "support/tombstone_store.hpp"

namespace chatserver::chat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RecordingInbox final : public ShardInbox {
 public:
  void post(ShardDelivery delivery) override {
    deliveries.push_back(std::move(delivery));
    if (posted) posted();
  }
  std::move_only_function<void()> posted;
  std::vector<ShardDelivery> deliveries;
};

std::string text_in(const hub::FramePtr& frame) {
  return test::read_server_frames(*frame).frames.at(0).payload;
}

Message message(std::int64_t id) {
  return {.cache_id = CacheId(id),
          .author = {UserId("ann"), "Ann"},
          .channel_id = ChannelId(1),
          .channel = "General",
          .text = "hello",
          .authored_at = {},
          .nonce = "n"};
}

PrivateMessage private_message(std::int64_t id) {
  return {.cache_id = CacheId(id),
          .author = {UserId("ann"), "Ann"},
          .recipient = {UserId("bob"), "Bob"},
          .text = "psst",
          .authored_at = {},
          .nonce = "n"};
}

class FanoutTest : public testing::Test {
 protected:
  FanoutTest() { fanout.set_shards({&first, &second}); }

  Directory directory{{}, {}, {}, {}};
  RecordingInbox first;
  RecordingInbox second;
  test::TombstoneStore store;
  RecentDeletions deletions{store};
  Fanout fanout{directory, deletions, 3};
};

// Whoever has seen a message on one shard and then joins on another one must find it there.
TEST_F(FanoutTest, NothingIsPostedWhileADeliveryIsOnItsWayToTheShards) {
  std::jthread newcomer;
  std::atomic<bool> trying = false;
  std::size_t found = 0;
  first.posted = [&] {
    newcomer = std::jthread([&] {
      trying = true;
      trying.notify_one();
      fanout.between_deliveries([&] { found = second.deliveries.size(); });
    });
    trying.wait(false);
  };
  cache::Delivery delivery;
  delivery.messages = {message(7)};
  fanout.deliver(std::move(delivery));
  newcomer.join();
  EXPECT_EQ(found, 1U);
}

TEST_F(FanoutTest, EveryShardGetsTheSameEncodedMessages) {
  cache::Delivery delivery;
  delivery.messages = {message(7), message(8)};
  delivery.private_messages = {private_message(3)};
  fanout.deliver(std::move(delivery));
  ASSERT_THAT(first.deliveries, SizeIs(1));
  ASSERT_THAT(second.deliveries, SizeIs(1));
  const auto& broadcast = first.deliveries[0].broadcast;
  EXPECT_EQ(second.deliveries[0].broadcast, broadcast) << "encoded once";
  ASSERT_THAT(broadcast->messages, SizeIs(2));
  EXPECT_EQ(broadcast->messages[1]->id, CacheId(8));
  ASSERT_THAT(broadcast->private_frames, SizeIs(1));
  const hub::PrivateFrame& whisper = broadcast->private_frames[0];
  EXPECT_EQ(whisper.author, UserId("ann"));
  EXPECT_EQ(whisper.recipient, UserId("bob"));
  EXPECT_EQ(text_in(whisper.frame), protocol::private_chat_message(private_message(3)));
}

// With another server about, the first delivery may come as soon as the cache starts.
TEST_F(FanoutTest, NothingIsDeliveredToNobody) {
  fanout.set_shards({});
  EXPECT_DEATH(fanout.deliver({}), "somebody to go to");
}

TEST_F(FanoutTest, RefusalGoesToWhoeverSentItAlone) {
  cache::Delivery delivery;
  delivery.refusals = {{.origin = {.shard = 1, .session = 42},
                        .reason = cache::RefusalReason::rate_limited,
                        .retry_after = std::chrono::milliseconds{1500},
                        .nonce = "n-1"}};
  fanout.deliver(std::move(delivery));
  EXPECT_THAT(first.deliveries, IsEmpty());
  ASSERT_THAT(second.deliveries, SizeIs(1));
  EXPECT_EQ(second.deliveries[0].broadcast, nullptr);
  ASSERT_THAT(second.deliveries[0].direct, SizeIs(1));
  const DirectFrame& direct = second.deliveries[0].direct[0];
  EXPECT_EQ(direct.session, hub::SessionId(42));
  EXPECT_FALSE(direct.original);
  EXPECT_EQ(text_in(direct.frame), protocol::error(protocol::ErrorCode::rate_limited, "too many messages",
                                                   "n-1", std::chrono::milliseconds{1500}));
}

TEST_F(FanoutTest, EveryRefusalHasItsCode) {
  using cache::RefusalReason;
  const std::vector<std::pair<RefusalReason, std::string>> codes{
      {RefusalReason::rate_limited, "rate_limited"},
      {RefusalReason::unavailable, "unavailable"},
      {RefusalReason::nonce_conflict, "bad_request"},
      {RefusalReason::unknown_channel, "unknown_channel"},
      {RefusalReason::banned, "bad_request"}};
  for (const auto& [reason, code] : codes) {
    cache::Delivery delivery;
    delivery.refusals = {{.origin = {}, .reason = reason, .retry_after = {}, .nonce = {}}};
    fanout.deliver(std::move(delivery));
    const std::string text = text_in(first.deliveries.back().direct.at(0).frame);
    EXPECT_THAT(text, HasSubstr("\"" + code + "\""));
    EXPECT_THAT(text, Not(HasSubstr("retry_after_ms")));
  }
}

TEST_F(FanoutTest, RepeatAnswersWithTheOriginal) {
  cache::Delivery delivery;
  delivery.repeats = {{.origin = {.shard = 0, .session = 5}, .original = message(7)},
                      {.origin = {.shard = 0, .session = 6}, .original = private_message(3)}};
  fanout.deliver(std::move(delivery));
  EXPECT_THAT(second.deliveries, IsEmpty());
  const auto& direct = first.deliveries.at(0).direct;
  ASSERT_THAT(direct, SizeIs(2));
  EXPECT_EQ(text_in(direct[0].frame), protocol::chat_message(message(7)));
  EXPECT_EQ(text_in(direct[1].frame), protocol::private_chat_message(private_message(3)));
  ASSERT_TRUE(direct[0].original && direct[1].original);
  EXPECT_EQ(direct[0].original->id, CacheId(7));
  EXPECT_EQ(direct[0].original->channel, message(7).channel_id);
  EXPECT_EQ(direct[1].original->id, CacheId(3));
  EXPECT_FALSE(direct[1].original->channel);
}

TEST_F(FanoutTest, BanIsInForceBeforeShardsCloseTheUser) {
  cache::Delivery delivery;
  delivery.changes = {cache::UserBanned{{.id = BanId(1),
                                         .owner = UserId("admin"),
                                         .banished = UserId("ann"),
                                         .reason = "spam",
                                         .start = {},
                                         .end = std::nullopt}}};
  fanout.deliver(std::move(delivery));
  EXPECT_TRUE(directory.ban(UserId("ann"), Timestamp{}));
  for (const RecordingInbox* inbox : {&first, &second}) {
    const auto& change = inbox->deliveries.at(0).changes.at(0);
    const auto* close = std::get_if<CloseUser>(&change);
    ASSERT_NE(close, nullptr);
    EXPECT_EQ(close->user, UserId("ann"));
    EXPECT_EQ(close->close.code, 4003);
    EXPECT_THAT(*close->close.frame, HasSubstr("spam"));
  }
}

TEST_F(FanoutTest, PardonAndLimitChangeTheDirectoryAlone) {
  cache::Delivery ban;
  ban.changes = {cache::UserBanned{{.id = BanId(1),
                                    .owner = UserId("admin"),
                                    .banished = UserId("ann"),
                                    .reason = {},
                                    .start = {},
                                    .end = std::nullopt}}};
  fanout.deliver(std::move(ban));
  first.deliveries.clear();
  const RateLimit limit{.messages = 3, .window = std::chrono::seconds{9}};
  cache::Delivery delivery;
  delivery.changes = {cache::BanPardoned{BanId(1), UserId("root")}, cache::RateLimitChanged{limit}};
  fanout.deliver(std::move(delivery));
  EXPECT_FALSE(directory.ban(UserId("ann"), Timestamp{}));
  EXPECT_EQ(directory.rate_limit(), limit);
  EXPECT_THAT(first.deliveries, IsEmpty());
}

TEST_F(FanoutTest, DeletionIsToldAndForgottenEverywhere) {
  cache::Delivery delivery;
  delivery.changes = {cache::MessagesDeleted{
      .ids = {}, .tombstones = {{CacheId(4), ChannelId(1)}, {CacheId(6), ChannelId(2)}}}};
  fanout.deliver(std::move(delivery));
  for (const RecordingInbox* inbox : {&first, &second}) {
    const auto* forget = std::get_if<ForgetMessages>(&inbox->deliveries.at(0).changes.at(0));
    ASSERT_NE(forget, nullptr);
    EXPECT_THAT(forget->ids, ElementsAre(CacheId(4), CacheId(6)));
    ASSERT_THAT(forget->frames, SizeIs(1));
    EXPECT_EQ(text_in(forget->frames[0]), protocol::message_deleted(std::nullopt, forget->ids));
  }
}

TEST_F(FanoutTest, AFreshStartReplacesWhatIsKnownAndGoesToEveryShard) {
  directory.add_ban(
      {.id = BanId(1), .owner = {}, .banished = UserId("ann"), .reason = "", .start = {}, .end = {}});
  const RateLimit limit{.messages = 3, .window = std::chrono::seconds{9}};
  cache::FreshStart fresh{
      .snapshot = {.last = {CacheId(9), CacheId(4)},
                   .recent = {message(8), message(9)},
                   .complete_after = CacheId(7)},
      .channels = {{.id = ChannelId(3), .name = "News", .description = {}, .sort_order = 1}},
      .bans =
          {{.id = BanId(2), .owner = {}, .banished = UserId("bob"), .reason = "", .start = {}, .end = {}}},
      .limit = limit};
  fanout.start_over(std::move(fresh));
  EXPECT_FALSE(directory.ban(UserId("ann"), Timestamp{}));
  EXPECT_TRUE(directory.ban(UserId("bob"), Timestamp{}));
  EXPECT_TRUE(directory.channel(ChannelId(3)));
  EXPECT_EQ(directory.rate_limit(), limit);
  for (const RecordingInbox* inbox : {&first, &second}) {
    const auto* over = std::get_if<StartOver>(&inbox->deliveries.at(0).changes.at(0));
    ASSERT_NE(over, nullptr);
    EXPECT_EQ(over->start->last_public, CacheId(9));
    EXPECT_EQ(over->start->last_private, CacheId(4));
    EXPECT_EQ(over->start->complete_after, CacheId(7));
    EXPECT_THAT(over->start->recent, SizeIs(2));
  }
}

TEST_F(FanoutTest, NothingIsPostedWhenNothingHappened) {
  fanout.deliver({});
  EXPECT_THAT(first.deliveries, IsEmpty());
}

}  // namespace
}  // namespace chatserver::chat
