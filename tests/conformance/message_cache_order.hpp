#pragma once

// Ids, order and durability; part of conformance/message_cache.hpp.

#include <algorithm>
#include <numeric>
#include <set>
#include <thread>

namespace chatserver::cache::conformance {

TEST_P(MessageCacheConformance, EachStreamHasItsOwnAscendingIds) {
  start();
  EXPECT_EQ(accepted_id(send(message("a"))), 1);
  EXPECT_EQ(accepted_id(send(message("b"))), 2);
  EXPECT_EQ(accepted_id(send(whisper("c"))), 1);
  EXPECT_EQ(accepted_id(send(message("d"))), 3);
  EXPECT_EQ(accepted_id(send(whisper("e"))), 2);
}

TEST_P(MessageCacheConformance, AMessageArrivesAsItWasSent) {
  start();
  const Submission sent = message("text", "n1");
  const Outcome outcome = send(sent);
  const auto& message = std::get<Message>(outcome);
  EXPECT_EQ(message.author, sent.author);
  EXPECT_EQ(message.channel_id, std::get<ChannelId>(sent.to));
  EXPECT_EQ(message.channel, world().store().channels().front().name);
  EXPECT_EQ(message.text, "text");
  EXPECT_EQ(message.nonce, "n1");
  EXPECT_EQ(message.authored_at, clock().utc());
  EXPECT_THAT(stored(), testing::ElementsAre(message));
}

TEST_P(MessageCacheConformance, WhatIsDeliveredIsDurableAlready) {
  start({}, std::make_unique<RecordingSubscriber>([this](const Delivery& delivery) {
          for (const Message& told : delivery.messages) {
            const CacheId before{told.cache_id.value() - 1};
            const auto found = world().store().messages_between(before, told.cache_id, 1).messages;
            EXPECT_THAT(found, testing::ElementsAre(told));
          }
        }));
  lift_rate_limit();
  for (int i = 0; i < 50; ++i) cache().submit(message("text"));
  subscriber().wait_for_outcomes(50);
}

TEST_P(MessageCacheConformance, ManyThreadsGetOneOrderAndOneOutcomeASubmission) {
  start();
  lift_rate_limit();
  constexpr int threads = 8;
  constexpr int messages_each = 250;
  constexpr auto total = std::size_t{threads} * messages_each;
  std::vector<std::vector<Submission>> prepared(threads);
  for (int sender = 0; sender < threads; ++sender) {
    for (int i = 0; i < messages_each; ++i) {
      const std::string name = "user" + std::to_string(sender);
      const std::string text = name + " " + std::to_string(i);
      prepared[static_cast<std::size_t>(sender)].push_back(i % 5 == 0 ? whisper(text, "", name)
                                                                      : message(text, "", name));
    }
  }
  {
    std::vector<std::jthread> senders;
    senders.reserve(threads);
    for (auto& submissions : prepared) {
      senders.emplace_back([this, &submissions] {
        for (Submission& submission : submissions) cache().submit(std::move(submission));
      });
    }
  }
  subscriber().wait_for_outcomes(total);
  cache().stop();
  EXPECT_EQ(subscriber().outcome_count(), total);

  const auto messages = subscriber().all<Message>();
  const auto whispers = subscriber().all<PrivateMessage>();
  EXPECT_EQ(messages.size() + whispers.size(), total);
  std::vector<std::int64_t> expected_ids(messages.size());
  std::iota(expected_ids.begin(), expected_ids.end(), 1);
  EXPECT_EQ(ids(messages), expected_ids);
  expected_ids.resize(whispers.size());
  EXPECT_EQ(ids(whispers), expected_ids);
  std::set<std::string> texts;
  for (const Message& message : messages) texts.insert(message.text);
  for (const PrivateMessage& message : whispers) texts.insert(message.text);
  EXPECT_EQ(texts.size(), total);
}

TEST_P(MessageCacheConformance, OneSendersMessagesKeepTheirOrder) {
  start();
  lift_rate_limit();
  for (int i = 0; i < 2500; ++i) cache().submit(message(std::to_string(i)));
  subscriber().wait_for_outcomes(2500);
  int next = 0;
  for (const Message& message : subscriber().all<Message>()) EXPECT_EQ(message.text, std::to_string(next++));
}

TEST_P(MessageCacheConformance, NoIdIsGivenOutTwiceThoughTheNewestWereDeleted) {
  start();
  for (int i = 0; i < 3; ++i) send("text");
  ASSERT_TRUE(cache().change(MessagesDeleted{.ids = {CacheId{2}, CacheId{3}}, .tombstones = {}}));
  start();
  EXPECT_GE(snapshot().last.messages, CacheId{3});
  EXPECT_GT(accepted_id(send("after")), 3);
}

TEST_P(MessageCacheConformance, TimesNeverRunBackwardsWhenTheClockIsSetBack) {
  start();
  const Outcome first = send("before");
  const Timestamp before = std::get<Message>(first).authored_at;
  clock().set_utc(before - 1h);
  EXPECT_EQ(std::get<Message>(send("after")).authored_at, before);
  EXPECT_EQ(std::get<PrivateMessage>(send(whisper("after"))).authored_at, before);
  start();
  EXPECT_EQ(std::get<Message>(send("after a restart")).authored_at, before);
}

TEST_P(MessageCacheConformance, SnapshotAndDeliveriesHaveNeitherGapNorDuplicate) {
  start();
  lift_rate_limit();
  for (int i = 0; i < 30; ++i) cache().submit(message("first run"));
  cache().stop();  // delivers what is on its way
  Options options;
  options.messages = 20;
  start(options);
  EXPECT_EQ(snapshot().recent.size(), 20U);
  for (int i = 0; i < 30; ++i) cache().submit(message("second run"));
  subscriber().wait_for_outcomes(30);

  std::vector<std::int64_t> seen = ids(snapshot().recent);
  std::ranges::copy(ids(subscriber().all<Message>()), std::back_inserter(seen));
  std::vector<std::int64_t> expected(50);
  std::iota(expected.begin(), expected.end(), 11);
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(snapshot().last.messages, CacheId{30});
}

TEST_P(MessageCacheConformance, ReadsShowWhatWasAccepted) {
  start();
  send(message("one"));
  send(message("two"));
  send(whisper("three"));
  const Channel general = world().store().channels().front();
  EXPECT_THAT(ids(cache().messages_between(CacheId{1}, CacheId{2}, 10).messages), testing::ElementsAre(2));
  EXPECT_THAT(ids(cache().history(general.id, std::nullopt, 1).messages), testing::ElementsAre(2));
  EXPECT_EQ(cache().private_messages_between(UserId{"bob"}, CacheId{0}, newest, 10).messages.size(), 1U);
  EXPECT_EQ(cache().private_history(UserId{"ada"}, UserId{"bob"}, std::nullopt, 10).messages.size(), 1U);
  EXPECT_EQ(cache().private_history(UserId{"eve"}, std::nullopt, std::nullopt, 10).messages.size(), 0U);
}

}  // namespace chatserver::cache::conformance
