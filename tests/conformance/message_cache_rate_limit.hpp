#pragma once

// The rate limit; part of conformance/message_cache.hpp.

namespace chatserver::cache::conformance {

TEST_P(MessageCacheConformance, AdmitsTheLimitInAnyWindowAndNamesTheExactWait) {
  start();
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(accepted_id(send("within")));
    clock().advance(1s);
  }
  const Outcome over = send("over");
  EXPECT_EQ(refusal_of(over), RefusalReason::rate_limited);
  EXPECT_EQ(retry_after_of(over), 50s);
  clock().advance(50s - 1us);
  EXPECT_EQ(retry_after_of(send("almost")), 1ms);
  clock().advance(1us);
  EXPECT_TRUE(accepted_id(send("in time")));
  EXPECT_EQ(retry_after_of(send("and over again")), 1s);
}

TEST_P(MessageCacheConformance, CountsPublicAndPrivateMessagesTogether) {
  start();
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(accepted_id(send(message("public"))));
    EXPECT_TRUE(accepted_id(send(whisper("private"))));
  }
  EXPECT_EQ(refusal_of(send(message("public"))), RefusalReason::rate_limited);
  EXPECT_EQ(refusal_of(send(whisper("private"))), RefusalReason::rate_limited);
}

TEST_P(MessageCacheConformance, CountsEachUserAlone) {
  start();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(accepted_id(send("ada's")));
  EXPECT_EQ(refusal_of(send("ada's")), RefusalReason::rate_limited);
  EXPECT_TRUE(accepted_id(send(message("bob's", "", "bob"))));
}

TEST_P(MessageCacheConformance, ARefusedMessageCostsNothing) {
  start();
  Submission nowhere = message("nowhere");
  nowhere.to = ChannelId{987'654};
  for (int i = 0; i < 20; ++i) EXPECT_EQ(refusal_of(send(nowhere)), RefusalReason::unknown_channel);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(accepted_id(send("within")));
  clock().advance(59s);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(retry_after_of(send("over")), 1s);
  clock().advance(1s);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(accepted_id(send("within")));
}

TEST_P(MessageCacheConformance, ANewRateLimitCountsAtOnceAndStays) {
  start();
  EXPECT_EQ(cache().rate_limit(), (RateLimit{.messages = 10, .window = 60s}));
  EXPECT_TRUE(accepted_id(send("one")));
  const RateLimit tight{.messages = 1, .window = 30s};
  ASSERT_TRUE(cache().change(RateLimitChanged{tight}));
  EXPECT_EQ(cache().rate_limit(), tight);
  EXPECT_EQ(retry_after_of(send("two")), 30s);
  start();
  EXPECT_EQ(cache().rate_limit(), tight);
}

}  // namespace chatserver::cache::conformance
