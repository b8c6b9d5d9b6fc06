#pragma once

// Bans, channels and deletions; part of conformance/message_cache.hpp.

namespace chatserver::cache::conformance {

TEST_P(MessageCacheConformance, AMessageToAChannelThatIsNotThereIsRefused) {
  start();
  Submission nowhere = message("nowhere", "n1");
  nowhere.to = ChannelId{987'654};
  EXPECT_EQ(refusal_of(send(nowhere)), RefusalReason::unknown_channel);
  EXPECT_EQ(accepted_id(send(message("somewhere", "n1"))), 1);
}

TEST_P(MessageCacheConformance, ABannedUserIsRefusedUntilPardoned) {
  start();
  const auto banned = ban("ada");
  ASSERT_TRUE(banned);
  EXPECT_EQ(refusal_of(send(message("public"))), RefusalReason::banned);
  EXPECT_EQ(refusal_of(send(whisper("private"))), RefusalReason::banned);
  EXPECT_TRUE(accepted_id(send(message("not me", "", "bob"))));
  ASSERT_TRUE(cache().change(BanPardoned{std::get<UserBanned>(*banned).ban.id, UserId("root")}));
  EXPECT_TRUE(accepted_id(send(message("public"))));
}

TEST_P(MessageCacheConformance, ABanEndsAtItsEnd) {
  start();
  ASSERT_TRUE(ban("ada", clock().utc() + 1h));
  clock().advance(1h - 1us);
  EXPECT_EQ(refusal_of(send("early")), RefusalReason::banned);
  clock().advance(1us);
  EXPECT_TRUE(accepted_id(send("in time")));
}

TEST_P(MessageCacheConformance, ABanHoldsAcrossARestart) {
  start();
  ASSERT_TRUE(ban("ada"));
  start();
  EXPECT_EQ(refusal_of(send("still")), RefusalReason::banned);
}

TEST_P(MessageCacheConformance, AChangeIsDurableAndDeliveredWhenItReturns) {
  start();
  const auto banned = ban("ada");
  ASSERT_TRUE(banned);
  const Ban delivered = std::get<UserBanned>(subscriber().changes().at(0)).ban;
  EXPECT_EQ(delivered, std::get<UserBanned>(*banned).ban);
  EXPECT_THAT(world().store().bans_in_force(clock().utc()), testing::ElementsAre(delivered));
}

TEST_P(MessageCacheConformance, WhatIsNotThereCanBeNeitherPardonedNorDeleted) {
  start();
  EXPECT_EQ(cache().change(BanPardoned{BanId{4711}, UserId("root")}).error(), ChangeError::not_found);
  EXPECT_EQ(cache().change(MessagesDeleted{.ids = {CacheId{4711}}, .tombstones = {}}).error(),
            ChangeError::not_found);
  EXPECT_TRUE(subscriber().changes().empty());
}

// Whoever sends while being banned is heard before the ban, or refused.
TEST_P(MessageCacheConformance, NothingOfABannedUserIsDeliveredBehindTheBan) {
  start();
  lift_rate_limit();
  std::size_t heard_before_the_ban = 0;
  const auto ban_her = [&] {
    EXPECT_TRUE(ban("ada"));
    heard_before_the_ban = subscriber().before_change<Message>(1).size();
  };
  const std::size_t submitted = submit_during([this] { return message("in a hurry"); }, ban_her);
  EXPECT_EQ(subscriber().all<Message>().size(), heard_before_the_ban);
  EXPECT_EQ(heard_before_the_ban + subscriber().all<Refusal>().size(), submitted);
}

TEST_P(MessageCacheConformance, DeletedMessagesAreNoLongerRecent) {
  start();
  for (int i = 0; i < 3; ++i) send("text " + std::to_string(i));
  const auto deleted = cache().change(MessagesDeleted{.ids = {CacheId{2}, CacheId{99}}, .tombstones = {}});
  ASSERT_TRUE(deleted);
  const auto& tombstones = std::get<MessagesDeleted>(*deleted).tombstones;
  ASSERT_EQ(tombstones.size(), 1U);
  EXPECT_EQ(tombstones[0].cache_id, CacheId{2});
  EXPECT_THAT(ids(cache().messages_between(CacheId{0}, newest, 10).messages), testing::ElementsAre(1, 3));
  start();
  EXPECT_THAT(ids(snapshot().recent), testing::ElementsAre(1, 3));
}

TEST_P(MessageCacheConformance, AChangeThatFailsChangesNothing) {
  start();
  world().set_failing(true);
  EXPECT_EQ(ban("ada").error(), ChangeError::unavailable);
  EXPECT_EQ(cache().change(RateLimitChanged{{.messages = 1, .window = 1s}}).error(),
            ChangeError::unavailable);
  EXPECT_FALSE(cache().available());
  world().set_failing(false);
  EXPECT_EQ(cache().rate_limit().messages, 10);
  EXPECT_TRUE(subscriber().changes().empty());
  EXPECT_TRUE(accepted_id(send("not banned")));
  EXPECT_TRUE(cache().available());
}

}  // namespace chatserver::cache::conformance
