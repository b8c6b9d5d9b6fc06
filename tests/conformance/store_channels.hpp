#pragma once

// Channels; part of conformance/store.hpp.

#include "conformance/store.hpp"
#include "conformance/store_activity.hpp"

namespace chatserver::store::conformance {

class StoreChannels : public StoreConformance {
 protected:
  std::optional<ChangeRefusal> refusal(ChannelEdit what) {
    const auto committed = edit(std::move(what));
    return committed ? std::nullopt : std::optional(committed.error());
  }
  // In order, and numbered 1…n.
  [[nodiscard]] std::vector<std::string> names() {
    std::vector<std::string> all;
    int order = 0;
    for (const Channel& channel : store().channels()) {
      EXPECT_EQ(channel.sort_order, ++order);
      all.push_back(channel.name);
    }
    return all;
  }
  [[nodiscard]] Message message_to(ChannelId channel, std::int64_t id, const std::string& name) {
    Message sent = message(id, "nonce " + std::to_string(id));
    sent.channel_id = channel;
    sent.channel = name;
    return sent;
  }
  [[nodiscard]] std::vector<std::string> shown_in() {
    std::vector<std::string> channels;
    for (const Message& one : all_messages()) channels.push_back(one.channel);
    return channels;
  }
};

TEST_P(StoreChannels, AreCreatedEditedAndMovedForGood) {
  const ChannelId news = create("news");
  const ChannelId talk = create("talk");
  const auto described = edit(EditChannel{.id = news, .name = "News", .description = "what is new"});
  ASSERT_TRUE(described);
  const auto& after = std::get<ChannelsChanged>(described->change).channels;
  EXPECT_EQ(after, store().channels());
  EXPECT_TRUE(edit(MoveChannel{.id = talk, .before = general_.id}));
  reopen();
  EXPECT_THAT(names(), ElementsAre("talk", "General", "News"));
  EXPECT_EQ(store().channels()[2].description, "what is new");
  EXPECT_EQ(store().channels()[2].id, news);
}

TEST_P(StoreChannels, WhatIsSoAlreadyIsNoChange) {
  const ChannelId news = create("news");
  const auto before = store().unapplied_changes(100);
  for (const ChannelEdit& same :
       {ChannelEdit(EditChannel{.id = news, .name = "news", .description = std::nullopt}),
        ChannelEdit(EditChannel{.id = news, .name = std::nullopt, .description = ""}),
        ChannelEdit(MoveChannel{.id = news, .before = std::nullopt}),
        ChannelEdit(MoveChannel{.id = news, .before = news})}) {
    const auto committed = edit(same);
    ASSERT_TRUE(committed);
    EXPECT_EQ(committed->id, ChangeId{});
    EXPECT_EQ(std::get<ChannelsChanged>(committed->change).channels, store().channels());
  }
  EXPECT_EQ(store().unapplied_changes(100), before);
}

TEST_P(StoreChannels, WhatCannotBeIsRefusedAndChangesNothing) {
  const ChannelId news = create("news");
  const ChannelId nowhere{4711};
  const auto before = store().channels();
  EXPECT_EQ(refusal(CreateChannel{.name = "news", .description = std::nullopt}), ChangeRefusal::name_taken);
  EXPECT_EQ(refusal(EditChannel{.id = news, .name = "General", .description = std::nullopt}),
            ChangeRefusal::name_taken);
  EXPECT_EQ(refusal(EditChannel{.id = nowhere, .name = "x", .description = std::nullopt}),
            ChangeRefusal::not_found);
  EXPECT_EQ(refusal(MoveChannel{.id = nowhere, .before = news}), ChangeRefusal::not_found);
  EXPECT_EQ(refusal(MoveChannel{.id = news, .before = nowhere}), ChangeRefusal::not_found);
  EXPECT_EQ(refusal(DeleteChannel{.id = nowhere, .purge = Purge::no}), ChangeRefusal::not_found);
  EXPECT_EQ(store().channels(), before);
}

TEST_P(StoreChannels, TheLastOneStays) {
  const ChannelId news = create("news");
  EXPECT_TRUE(edit(DeleteChannel{.id = general_.id, .purge = Purge::yes}));
  EXPECT_EQ(refusal(DeleteChannel{.id = news, .purge = Purge::no}), ChangeRefusal::last_channel);
  EXPECT_THAT(names(), ElementsAre("news"));
}

TEST_P(StoreChannels, ThereIsAMostOfThem) {
  for (std::size_t i = store().channels().size(); i < channels_max; ++i) create("c" + std::to_string(i));
  EXPECT_EQ(refusal(CreateChannel{.name = "more", .description = std::nullopt}),
            ChangeRefusal::too_many_channels);
}

TEST_P(StoreChannels, ARenamedChannelTakesItsMessagesAlong) {
  const ChannelId news = create("news");
  append({message_to(news, 1, "news")});
  ASSERT_TRUE(edit(EditChannel{.id = news, .name = "old news", .description = std::nullopt}));
  EXPECT_THAT(shown_in(), ElementsAre("old news"));
  EXPECT_EQ(store().history(news, std::nullopt, 9).messages.front().channel, "old news");
}

TEST_P(StoreChannels, WithoutPurgeMessagesKeepTheLastNameUntilItIsTaken) {
  const ChannelId news = create("news");
  append({message_to(news, 1, "news"), message(2)});
  ASSERT_TRUE(edit(EditChannel{.id = news, .name = "last", .description = std::nullopt}));
  ASSERT_TRUE(edit(DeleteChannel{.id = news, .purge = Purge::no}));
  append({message_to(news, 3, "news")});  // was on its way
  reopen();
  EXPECT_THAT(shown_in(), ElementsAre("last", "General", "last"));
  EXPECT_THAT(store().tombstones(newest, 10), IsEmpty());

  const ChannelId namesake = create("last");
  EXPECT_NE(namesake, news);
  EXPECT_THAT(shown_in(), ElementsAre("General"));
  EXPECT_TRUE(store().history(namesake, std::nullopt, 9).messages.empty());
  EXPECT_THAT(ids(store().history(news, std::nullopt, 9).messages), ElementsAre(3, 1));
  EXPECT_TRUE(
      std::holds_alternative<Message>(store().find_nonce(user("ada").id, "nonce 1", at(0))->original));
}

TEST_P(StoreChannels, APurgeHidesAtOnceAndRemovesInPortions) {
  const ChannelId news = create("news");
  append({message_to(news, 1, "news"), message(2), message_to(news, 3, "news"), message_to(news, 4, "news")});
  const auto committed = edit(DeleteChannel{.id = news, .purge = Purge::yes});
  ASSERT_TRUE(committed);
  const PurgedChannel expected{.id = news, .name = "news", .newest = {CacheId(1), CacheId(3), CacheId(4)}};
  EXPECT_EQ(std::get<ChannelsChanged>(committed->change).purged, expected);

  const std::vector<Tombstone> gone{{CacheId(1), news}, {CacheId(3), news}, {CacheId(4), news}};
  const auto expect_gone = [&] {
    EXPECT_THAT(ids(all_messages()), ElementsAre(2));
    EXPECT_TRUE(store().history(news, std::nullopt, 9).messages.empty());
    EXPECT_EQ(store().tombstones(newest, 10), gone);
    EXPECT_THAT(store().tombstones(CacheId(3), 1), ElementsAre(gone[1]));
    const auto use = store().find_nonce(user("ada").id, "nonce 3", at(0));
    ASSERT_TRUE(use);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(use->original));
  };
  expect_gone();
  EXPECT_EQ(store().remove_purged(2, at(101)), 2U);
  expect_gone();
  reopen();
  EXPECT_EQ(store().remove_purged(2, at(102)), 1U);
  EXPECT_EQ(store().remove_purged(2, at(103)), 0U);
  expect_gone();
}

TEST_P(StoreChannels, CountsAreThoseOfAFullCountWhateverHappensToChannels) {
  const ChannelId news = create("news");
  const ChannelId talk = create("talk");
  append({message(1), message_to(talk, 2, "talk"), message_to(talk, 3, "talk"), message_to(news, 4, "news"),
          message_to(news, 5, "news"), message_to(news, 6, "news")});
  ASSERT_TRUE(edit(EditChannel{.id = talk, .name = "last", .description = std::nullopt}));
  ASSERT_TRUE(edit(DeleteChannel{.id = talk, .purge = Purge::no}));
  ASSERT_TRUE(edit(DeleteChannel{.id = news, .purge = Purge::yes}));
  const auto expect_counts = [&](std::int64_t general, std::int64_t last) {
    EXPECT_EQ(store().message_counts(), counted(all_messages()));
    EXPECT_THAT(store().message_counts(),
                ElementsAre(ChannelCount{"General", general}, ChannelCount{"last", last}));
  };
  expect_counts(1, 2);
  EXPECT_EQ(store().remove_purged(2, at(101)), 2U);
  expect_counts(1, 2);

  EXPECT_THAT(delete_messages({2, 6}), testing::SizeIs(1));
  append({message(7), message_to(news, 8, "news"), message_to(talk, 9, "talk")});  // were on their way
  reopen();
  expect_counts(2, 2);
  EXPECT_EQ(store().remove_purged(2, at(102)), 1U);
  EXPECT_EQ(store().remove_purged(2, at(103)), 0U);
  expect_counts(2, 2);
  EXPECT_THAT(delete_messages({3, 9}), testing::SizeIs(2));
  EXPECT_THAT(store().message_counts(), ElementsAre(ChannelCount{"General", 2}));
}

TEST_P(StoreChannels, WhatIsWrittenBehindAPurgeIsNotKept) {
  const ChannelId news = create("news");
  ASSERT_TRUE(edit(DeleteChannel{.id = news, .purge = Purge::yes}));
  EXPECT_EQ(store().remove_purged(10, at(101)), 0U);
  append({message_to(news, 1, "news"), message(2)});
  append({message_to(news, 1, "news")});
  append({message_to(news, 3, "news")});
  EXPECT_THAT(ids(all_messages()), ElementsAre(2));
  EXPECT_THAT(store().tombstones(newest, 10),
              ElementsAre(Tombstone{CacheId(1), news}, Tombstone{CacheId(3), news}));
  EXPECT_TRUE(store().find_nonce(user("ada").id, "nonce 1", at(0)));
}

TEST_P(StoreChannels, OneOfTwoDeletionsWinsAndTheOrderStaysWhole) {
  std::vector<ChannelId> made;
  for (int i = 0; i < 8; ++i) made.push_back(create("c" + std::to_string(i)));
  std::atomic<int> deleted = 0;
  std::atomic<int> not_found = 0;
  std::vector<std::jthread> admins;
  admins.reserve(4);
  for (int admin = 0; admin < 4; ++admin) {
    admins.emplace_back([&, admin] {
      for (std::size_t i = 0; i < made.size(); i += 2) {
        const auto outcome = edit(DeleteChannel{.id = made[i], .purge = Purge::no});
        if (outcome) ++deleted;
        if (!outcome && outcome.error() == ChangeRefusal::not_found) ++not_found;
        const auto before = admin % 2 == 0 ? std::optional(general_.id) : std::nullopt;
        EXPECT_TRUE(edit(MoveChannel{.id = made[i + 1], .before = before}));
      }
    });
  }
  admins.clear();
  EXPECT_EQ(deleted, 4);
  EXPECT_EQ(not_found, 12);
  EXPECT_THAT(names(), testing::UnorderedElementsAre("General", "c1", "c3", "c5", "c7"));
}

}  // namespace chatserver::store::conformance
