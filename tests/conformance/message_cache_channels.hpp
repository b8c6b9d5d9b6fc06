#pragma once

// Changes of channels; part of conformance/message_cache.hpp.

namespace chatserver::cache::conformance {

class MessageCacheChannels : public MessageCacheConformance {
 protected:
  std::expected<Change, ChangeError> edit(store::ChannelEdit what) {
    return cache().change(ChannelsChanged{.edit = std::move(what), .channels = {}, .purged = {}});
  }
  ChannelId create(const std::string& name) {
    const auto created = edit(store::CreateChannel{.name = name, .description = std::nullopt});
    return std::get<ChannelsChanged>(created.value()).channels.back().id;
  }
  std::expected<Change, ChangeError> remove(ChannelId id, store::Purge purge = store::Purge::no) {
    return edit(store::DeleteChannel{.id = id, .purge = purge});
  }
  [[nodiscard]] Submission message_to(ChannelId channel, std::string text = "text", std::string nonce = "") {
    Submission submission = message(std::move(text), std::move(nonce));
    submission.to = channel;
    return submission;
  }
};

TEST_P(MessageCacheChannels, ANewOneTakesMessagesAtOnceAndAfterARestart) {
  start();
  const ChannelId news = create("news");
  const auto delivered = std::get<ChannelsChanged>(subscriber().changes().at(0));
  EXPECT_EQ(delivered.channels, world().store().channels());
  EXPECT_EQ(std::get<Message>(send(message_to(news))).channel, "news");
  start();
  EXPECT_EQ(std::get<Message>(send(message_to(news))).channel, "news");
}

TEST_P(MessageCacheChannels, MessagesCarryTheNameOfTheirInstant) {
  start();
  const ChannelId news = create("news");
  ASSERT_TRUE(edit(store::EditChannel{.id = news, .name = "News", .description = std::nullopt}));
  EXPECT_EQ(std::get<Message>(send(message_to(news))).channel, "News");
}

TEST_P(MessageCacheChannels, WhatIsSoAlreadyIsASuccessThatNobodyIsTold) {
  start();
  const ChannelId news = create("news");
  EXPECT_TRUE(edit(store::EditChannel{.id = news, .name = "news", .description = std::nullopt}));
  EXPECT_TRUE(edit(store::MoveChannel{.id = news, .before = news}));
  EXPECT_EQ(subscriber().changes().size(), 1U);
}

TEST_P(MessageCacheChannels, RefusalsSayWhy) {
  start();
  const ChannelId news = create("news");
  const ChannelId general = world().store().channels().front().id;
  EXPECT_EQ(edit(store::CreateChannel{.name = "news", .description = std::nullopt}).error(),
            ChangeError::name_taken);
  EXPECT_EQ(remove(ChannelId{4711}).error(), ChangeError::not_found);
  EXPECT_TRUE(remove(news));
  EXPECT_EQ(remove(news).error(), ChangeError::not_found);
  EXPECT_EQ(remove(general).error(), ChangeError::last_channel);
  EXPECT_EQ(subscriber().changes().size(), 2U);
}

// Whoever sends while the channel is deleted is heard before, or refused.
TEST_P(MessageCacheChannels, NothingIsDeliveredBehindTheDeletion) {
  start();
  lift_rate_limit();
  const ChannelId news = create("news");
  std::size_t heard_before = 0;
  const auto remove_it = [&] {
    EXPECT_TRUE(remove(news));
    heard_before = subscriber().before_change<Message>(2).size();
  };
  const std::size_t submitted = submit_during([&] { return message_to(news, "in a hurry"); }, remove_it);
  for (const Outcome& outcome : subscriber().wait_for_outcomes(submitted)) {
    if (!std::holds_alternative<Message>(outcome)) {
      EXPECT_EQ(refusal_of(outcome), RefusalReason::unknown_channel);
    }
  }
  EXPECT_EQ(subscriber().all<Message>().size(), heard_before);
  EXPECT_EQ(heard_before + subscriber().all<Refusal>().size(), submitted);
  EXPECT_EQ(stored().size(), heard_before);
}

TEST_P(MessageCacheChannels, APurgeTakesTheMessagesAlong) {
  start();
  const ChannelId news = create("news");
  send("stays");
  send(message_to(news, "goes", "n1"));
  const auto purged = remove(news, store::Purge::yes);
  ASSERT_TRUE(purged);
  const store::PurgedChannel expected{.id = news, .name = "news", .newest = {CacheId{2}}};
  EXPECT_EQ(std::get<ChannelsChanged>(*purged).purged, expected);
  EXPECT_THAT(ids(cache().messages_between(CacheId{0}, newest, 10).messages), testing::ElementsAre(1));
  // Its nonce stays, so that it does not come back.
  EXPECT_EQ(refusal_of(send(message("goes", "n1"))), RefusalReason::nonce_conflict);
  EXPECT_EQ(accepted_id(send("goes on")), 3);
  start();
  EXPECT_THAT(ids(snapshot().recent), testing::ElementsAre(1, 3));
}

TEST_P(MessageCacheChannels, WithoutPurgeTheMessagesStay) {
  start();
  const ChannelId news = create("news");
  send(message_to(news));
  ASSERT_TRUE(remove(news));
  start();
  ASSERT_EQ(snapshot().recent.size(), 1U);
  EXPECT_EQ(snapshot().recent.front().channel, "news");
}

// Somebody was told that it failed, and it did not: nothing passes before it is known.
TEST_P(MessageCacheChannels, AChangeWhoseAnswerWasLostComesBeforeTheNextMessage) {
  start();
  const ChannelId news = create("news");
  world().lose_answer_to_next_change();
  EXPECT_EQ(remove(news).error(), ChangeError::unavailable);
  EXPECT_EQ(refusal_of(send(message_to(news))), RefusalReason::unknown_channel);
  const std::vector<Change> changes = subscriber().wait_for_changes(2);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(std::get<ChannelsChanged>(changes[1]).channels, world().store().channels());
  EXPECT_EQ(remove(news).error(), ChangeError::not_found);

  world().lose_answer_to_next_change();
  EXPECT_EQ(ban("ada").error(), ChangeError::unavailable);
  EXPECT_EQ(refusal_of(send("banned?")), RefusalReason::banned);
  start();
  EXPECT_EQ(refusal_of(send("banned?")), RefusalReason::banned);
  EXPECT_TRUE(subscriber().changes().empty());
}

}  // namespace chatserver::cache::conformance
