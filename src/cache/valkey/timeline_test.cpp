#include "cache/valkey/timeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cache/valkey/entry_samples.hpp"

namespace chatserver::cache::valkey {
namespace {

using test::ids;
using test::public_entry;
using test::whisper_entry;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr CacheId any{1'000'000};

Entry change_entry(EntryId id, Change change) {
  return {.id = id, .previous = {}, .private_before = {}, .what = std::move(change)};
}

TEST(ValkeyTimeline, MessagesInARowAreOneDeliveryAndAChangeIsOneOfItsOwn) {
  Timeline timeline(10);
  const auto deliveries =
      timeline.take({public_entry(1), whisper_entry({1, 1}, 1), public_entry(2),
                     change_entry({2, 1}, BanPardoned{BanId(7), UserId("root")}), public_entry(3)});
  ASSERT_THAT(deliveries, SizeIs(3));
  EXPECT_THAT(ids(deliveries[0].messages), ElementsAre(1, 2));
  EXPECT_THAT(ids(deliveries[0].private_messages), ElementsAre(1));
  EXPECT_THAT(deliveries[1].changes, SizeIs(1));
  EXPECT_THAT(ids(deliveries[2].messages), ElementsAre(3));
  EXPECT_EQ(timeline.last(), (EntryId{3, 0}));
  EXPECT_EQ(timeline.marks(), (store::IdMarks{CacheId(3), CacheId(1)}));
}

TEST(ValkeyTimeline, ANewcomerIsToldWithTheMessages) {
  Timeline timeline(10);
  const User bob{.id = UserId("bob"), .username = "Bob"};
  Entry newcomer = public_entry(1);
  newcomer.what = bob;
  const auto deliveries = timeline.take({newcomer, public_entry(2)});
  ASSERT_THAT(deliveries, SizeIs(1));
  EXPECT_THAT(deliveries[0].newcomers, ElementsAre(bob));
  EXPECT_THAT(timeline.unflushed(), SizeIs(2));
}

TEST(ValkeyTimeline, WhatIsNotInTheDatabaseIsKeptHoweverMuchItIs) {
  Timeline timeline(2);
  std::vector<Entry> entries;
  for (int id = 1; id <= 100; ++id) entries.push_back(public_entry(id));
  (void)timeline.take(entries);
  timeline.forget_until({50, 0});
  EXPECT_THAT(ids(timeline.messages_between(CacheId(0), any)), SizeIs(50));
  EXPECT_EQ(timeline.complete_after(), CacheId(50));
  EXPECT_THAT(timeline.unflushed(), SizeIs(50));
  timeline.forget_until({100, 0});
  EXPECT_THAT(ids(timeline.messages_between(CacheId(0), any)), ElementsAre(99, 100));
  EXPECT_THAT(timeline.unflushed(), IsEmpty());
}

TEST(ValkeyTimeline, WhispersDoNotGatherWhereNobodyWritesPublicly) {
  Timeline timeline(2);
  std::vector<Entry> entries;
  for (std::uint64_t id = 1; id <= 100; ++id)
    entries.push_back(whisper_entry({0, id}, static_cast<std::int64_t>(id)));
  (void)timeline.take(entries);
  timeline.forget_until({0, 100});
  EXPECT_LE(timeline.private_messages_between(CacheId(0), any).size(), 8U);
  EXPECT_GE(timeline.private_complete_after(UserId("ada")), CacheId(92));
}

TEST(ValkeyTimeline, BeginsWithWhatTheDatabaseDoesNotHave) {
  Timeline timeline(10);
  Entry first = public_entry(5);
  first.private_before = CacheId(2);
  timeline.begin({4, 0}, {7, 1}, {CacheId(7), CacheId(3)},
                 PrivateHorizon(std::vector<store::NewestPrivateMessage>{{UserId("ada"), CacheId(2)}}),
                 {first, whisper_entry({5, 1}, 3), public_entry(7)});
  EXPECT_EQ(timeline.last(), (EntryId{7, 1}));
  EXPECT_EQ(timeline.complete_after(), CacheId(4));
  EXPECT_EQ(timeline.private_complete_after(UserId("ada")), CacheId(2));
  EXPECT_THAT(ids(timeline.messages_between(CacheId(4), any)), ElementsAre(5, 7));
  EXPECT_THAT(ids(timeline.private_messages_between(CacheId(0), any)), ElementsAre(3));
}

TEST(ValkeyTimeline, WithNothingUnflushedItIsCompleteFromTheMarksOn) {
  Timeline timeline(10);
  timeline.begin({7, 1}, {7, 1}, {CacheId(200), CacheId(30)}, {}, {});
  EXPECT_EQ(timeline.complete_after(), CacheId(200));
  EXPECT_EQ(timeline.marks(), (store::IdMarks{CacheId(200), CacheId(30)}));
}

TEST(ValkeyTimeline, PrivateMessagesOfOthersThatAreForgottenTakeNothingAwayFromAUser) {
  Timeline timeline(1);
  Entry of_others = whisper_entry({0, 1}, 1);
  std::get<PrivateMessage>(of_others.what).author.id = UserId("eve");
  std::get<PrivateMessage>(of_others.what).recipient.id = UserId("dan");
  (void)timeline.take({of_others, public_entry(1), public_entry(2)});
  timeline.forget_until({2, 0});
  EXPECT_THAT(timeline.private_messages_between(CacheId(0), any), IsEmpty());
  EXPECT_EQ(timeline.private_complete_after(UserId("ada")), CacheId(0));
  EXPECT_EQ(timeline.private_complete_after(UserId("eve")), CacheId(1));
  EXPECT_EQ(timeline.private_complete_after(UserId("dan")), CacheId(1));
}

TEST(ValkeyTimeline, UnflushedMessagesComeNewestFirstPortionByPortion) {
  Timeline timeline(10);
  (void)timeline.take({public_entry(1), public_entry(2), whisper_entry({2, 1}, 1), whisper_entry({2, 2}, 2),
                       public_entry(3), public_entry(4), whisper_entry({4, 1}, 3)});
  timeline.forget_until({1, 0});
  EXPECT_THAT(ids(timeline.unflushed_messages(any, 2)), ElementsAre(4, 3));
  EXPECT_THAT(ids(timeline.unflushed_messages(CacheId(3), 2)), ElementsAre(2));
  EXPECT_THAT(ids(timeline.unflushed_messages(CacheId(2), 2)), IsEmpty()) << "1 is in the database";
  const MessagesDeleted deleted{.ids = {},
                                .tombstones = {{CacheId(2), ChannelId(1)}, {CacheId(4), ChannelId(1)}}};
  (void)timeline.take({change_entry({4, 2}, deleted)});
  EXPECT_THAT(ids(timeline.unflushed_messages(any, 9)), ElementsAre(3));
}

TEST(ValkeyTimeline, ADeletedMessageIsForgotten) {
  Timeline timeline(10);
  (void)timeline.take({public_entry(1), public_entry(2), public_entry(3)});
  const MessagesDeleted deleted{.ids = {}, .tombstones = {{CacheId(2), ChannelId(1)}}};
  (void)timeline.take({change_entry({3, 1}, deleted)});
  EXPECT_THAT(ids(timeline.messages_between(CacheId(0), any)), ElementsAre(1, 3));
  timeline.forget_until({3, 1});
  EXPECT_THAT(ids(timeline.messages_between(CacheId(1), CacheId(2))), IsEmpty());
}

}  // namespace
}  // namespace chatserver::cache::valkey
