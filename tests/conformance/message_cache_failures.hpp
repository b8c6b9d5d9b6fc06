#pragma once

// What happens when the store fails, the backlog is full, the cache stops;
// part of conformance/message_cache.hpp.

#include <algorithm>
#include <set>
#include <thread>

namespace chatserver::cache::conformance {

TEST_P(MessageCacheConformance, AFailureRefusesTheWholeBatchAndLeavesNoTrace) {
  start();
  world().hold_writes();
  cache().submit(message("one"));
  world().wait_for_held_write();
  for (int i = 0; i < 4; ++i) cache().submit(message("more"));
  world().set_failing(true);
  world().release_writes();
  for (const Outcome& outcome : subscriber().wait_for_outcomes(5)) {
    EXPECT_EQ(refusal_of(outcome), RefusalReason::unavailable);
    EXPECT_GT(retry_after_of(outcome), 0ms);
  }
  EXPECT_FALSE(cache().available());

  world().set_failing(false);
  // Neither an id nor a place under the rate limit was used up.
  for (int i = 1; i <= 10; ++i) EXPECT_EQ(accepted_id(send("again")), i);
  EXPECT_EQ(refusal_of(send("over")), RefusalReason::rate_limited);
  EXPECT_TRUE(cache().available());
  EXPECT_EQ(stored().size(), 10U);
}

TEST_P(MessageCacheConformance, ItNoticesByItselfThatTheStoreIsBack) {
  start();
  world().set_failing(true);
  EXPECT_EQ(refusal_of(send("one")), RefusalReason::unavailable);
  EXPECT_FALSE(cache().available());
  world().set_failing(false);
  while (!cache().available()) std::this_thread::sleep_for(10ms);
}

TEST_P(MessageCacheConformance, AFullBacklogRefusesAndAnswersEachOnce) {
  constexpr std::size_t backlog_max = 5;
  Options options;
  options.backlog_max = backlog_max;
  start(options);
  lift_rate_limit();
  world().hold_writes();
  cache().submit(message("being written"));
  world().wait_for_held_write();
  std::set<std::uint64_t> refused_sessions;
  constexpr std::size_t too_many = 20;  // more than even the refusals that may wait
  for (std::size_t i = 0; i < backlog_max; ++i) cache().submit(message("waits"));
  for (std::size_t i = 0; i < too_many; ++i) {
    const Submission refused = message("too much", "n" + std::to_string(i));
    refused_sessions.insert(refused.origin.session);
    cache().submit(refused);
  }
  world().release_writes();
  subscriber().wait_for_outcomes(1 + backlog_max + too_many);
  cache().stop();
  EXPECT_EQ(subscriber().outcome_count(), 1 + backlog_max + too_many);
  EXPECT_EQ(subscriber().all<Message>().size(), 1 + backlog_max);
  for (const Refusal& refusal : subscriber().all<Refusal>()) {
    EXPECT_EQ(refusal.reason, RefusalReason::unavailable);
    EXPECT_GT(refusal.retry_after, 0ms);
    EXPECT_EQ(refused_sessions.erase(refusal.origin.session), 1U);
  }
  EXPECT_TRUE(refused_sessions.empty());
}

TEST_P(MessageCacheConformance, StopDeliversAllThatWasSubmitted) {
  start();
  lift_rate_limit();
  for (int i = 0; i < 3000; ++i) cache().submit(message("text"));
  cache().stop();
  EXPECT_EQ(subscriber().all<Message>().size(), 3000U);
}

TEST_P(MessageCacheConformance, AfterStopEverythingIsRefused) {
  start();
  cache().stop();
  cache().stop();
  const Outcome late = send(message("late", "n1"));
  EXPECT_EQ(refusal_of(late), RefusalReason::unavailable);
  EXPECT_EQ(ban("ada").error(), ChangeError::unavailable);
}

}  // namespace chatserver::cache::conformance
