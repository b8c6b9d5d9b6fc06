#pragma once

// Nonces; part of conformance/message_cache.hpp.

namespace chatserver::cache::conformance {

TEST_P(MessageCacheConformance, ARepeatedNonceIsAnsweredWithTheOriginal) {
  start();
  const Outcome first = send(message("hello", "n1"));
  const Submission again = message("hello", "n1");
  const Outcome second = send(again);
  ASSERT_TRUE(std::holds_alternative<Repeat>(second));
  EXPECT_EQ(std::get<Repeat>(second).origin, again.origin);
  EXPECT_EQ(std::get<Message>(std::get<Repeat>(second).original), std::get<Message>(first));
  EXPECT_EQ(stored().size(), 1U);
}

TEST_P(MessageCacheConformance, ARepeatedPrivateNonceIsAnsweredWithTheOriginal) {
  start();
  const Outcome first = send(whisper("hello", "n1"));
  const Outcome second = send(whisper("hello", "n1"));
  ASSERT_TRUE(std::holds_alternative<Repeat>(second));
  EXPECT_EQ(std::get<PrivateMessage>(std::get<Repeat>(second).original), std::get<PrivateMessage>(first));
}

TEST_P(MessageCacheConformance, ANonceTwiceInOneBatchIsOneMessageAndOneRepeat) {
  start();
  world().hold_writes();
  cache().submit(message("holds the writer up"));
  world().wait_for_held_write();
  cache().submit(message("hello", "n1"));
  cache().submit(message("hello", "n1"));
  cache().submit(message("something else", "n1"));
  world().release_writes();
  subscriber().wait_for_outcomes(4);
  EXPECT_EQ(subscriber().all<Message>().size(), 2U);
  const auto repeats = subscriber().all<Repeat>();
  ASSERT_EQ(repeats.size(), 1U);
  EXPECT_EQ(std::get<Message>(repeats[0].original).cache_id, subscriber().all<Message>()[1].cache_id);
  EXPECT_EQ(subscriber().all<Refusal>().at(0).reason, RefusalReason::nonce_conflict);
}

TEST_P(MessageCacheConformance, ARepeatIsAnsweredAndNotCountedOverTheRateLimit) {
  start();
  EXPECT_TRUE(accepted_id(send(message("hello", "n1"))));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(std::holds_alternative<Repeat>(send(message("hello", "n1"))));
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(accepted_id(send("fill up")));
  EXPECT_EQ(refusal_of(send("over")), RefusalReason::rate_limited);
  EXPECT_TRUE(std::holds_alternative<Repeat>(send(message("hello", "n1"))));
}

TEST_P(MessageCacheConformance, TheSameNonceWithOtherContentIsAConflict) {
  start();
  EXPECT_TRUE(accepted_id(send(message("hello", "n1"))));
  const Outcome other_text = send(message("good-bye", "n1"));
  EXPECT_EQ(refusal_of(other_text), RefusalReason::nonce_conflict);
  EXPECT_EQ(std::get<Refusal>(other_text).nonce, "n1");
  EXPECT_EQ(refusal_of(send(whisper("hello", "n1"))), RefusalReason::nonce_conflict);
  EXPECT_TRUE(accepted_id(send(whisper("psst", "n2"))));
  EXPECT_EQ(refusal_of(send(whisper("psst", "n2", "ada", "eve"))), RefusalReason::nonce_conflict);
}

TEST_P(MessageCacheConformance, TheSameNonceOfAnotherUserIsAnotherMessage) {
  start();
  EXPECT_TRUE(accepted_id(send(message("hello", "n1", "ada"))));
  EXPECT_TRUE(accepted_id(send(message("hello", "n1", "bob"))));
}

TEST_P(MessageCacheConformance, ANonceWhoseMessageWasDeletedIsAConflict) {
  start();
  const auto id = accepted_id(send(message("hello", "n1")));
  ASSERT_TRUE(cache().change(MessagesDeleted{.ids = {CacheId{id}}, .tombstones = {}}));
  EXPECT_EQ(refusal_of(send(message("hello", "n1"))), RefusalReason::nonce_conflict);
}

TEST_P(MessageCacheConformance, ANonceHoldsAcrossARestart) {
  start();
  const auto id = accepted_id(send(message("hello", "n1")));
  start();
  const Outcome again = send(message("hello", "n1"));
  ASSERT_TRUE(std::holds_alternative<Repeat>(again));
  EXPECT_EQ(std::get<Message>(std::get<Repeat>(again).original).cache_id, CacheId{id});
}

TEST_P(MessageCacheConformance, ANonceIsFreeAgainAfterItsLifetime) {
  start();
  EXPECT_TRUE(accepted_id(send(message("hello", "n1"))));
  clock().advance(nonce_lifetime);
  EXPECT_TRUE(std::holds_alternative<Repeat>(send(message("hello", "n1"))));
  clock().advance(1us);
  EXPECT_EQ(accepted_id(send(message("something else", "n1"))), 2);
  EXPECT_TRUE(std::holds_alternative<Repeat>(send(message("something else", "n1"))));
}

TEST_P(MessageCacheConformance, ANonceThatAFailureRefusedCanBeSentAgain) {
  start();
  world().set_failing(true);
  const Outcome refused = send(message("hello", "n1"));
  EXPECT_EQ(refusal_of(refused), RefusalReason::unavailable);
  EXPECT_EQ(std::get<Refusal>(refused).nonce, "n1");
  world().set_failing(false);
  EXPECT_EQ(accepted_id(send(message("hello", "n1"))), 1);
}

}  // namespace chatserver::cache::conformance
