#pragma once

#include "conformance/store.hpp"

namespace chatserver::store::conformance {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreConformance, NewDatabaseHasNoMessagesAndMarksAtZero) {
  EXPECT_THAT(all_messages(), IsEmpty());
  EXPECT_EQ(store().id_marks(), IdMarks{});
}

TEST_P(StoreConformance, AppendedMessagesComeBackAsTheyWere) {
  const auto said = message(7, "nonce");
  const auto whispered = whisper(3, "ada", "bob", "other nonce");
  append({said}, {whispered});
  reopen();
  EXPECT_THAT(all_messages(), ElementsAre(said));
  EXPECT_THAT(all_whispers_of("ada"), ElementsAre(whispered));
}

TEST_P(StoreConformance, TextIsKeptToTheByte) {
  const std::vector<std::string> texts = {
      "ASCII \x01\x1f\x7f \\ \" ' ` ; \t\r\n",
      "\u00e9 \u0416 \u05d0 \u202e right to left \u202c",
      "\u65e5\u672c\u8a9e \uffff \ufeff \U0010ffff",
      "\U0001f469\u200d\U0001f469\u200d\U0001f467 e\u0301",  // joined emoji, combining mark
      std::string("NUL \0 inside", 12),
      "'); DROP TABLE chat_messages; --",
      "?1 :name @name $name %s %n {} NULL",
      [] {
        std::string longest;
        for (int i = 0; i < 1000; ++i) longest += "\U0001f600";
        return longest;
      }(),
  };
  Batch batch;
  std::int64_t id = 0;
  for (const auto& text : texts) {
    auto said = message(++id, text.substr(0, 4));
    said.text = text;
    said.author.username = text.substr(0, 5);
    auto whispered = whisper(id, "ada", "'; --");
    whispered.text = text;
    batch.messages.push_back(said);
    batch.private_messages.push_back(whispered);
  }
  store().append(batch);
  reopen();
  EXPECT_EQ(all_messages(), batch.messages);
  EXPECT_EQ(all_whispers_of("'; --"), batch.private_messages);
}

TEST_P(StoreConformance, WhoHasWhichNewestPrivateMessage) {
  using testing::UnorderedElementsAre;
  const auto newest_up_to = [&](std::int64_t id) {
    std::map<std::string, std::int64_t> all;
    for (const NewestPrivateMessage& one : store().newest_private_messages(CacheId(id)))
      all[one.user.value()] = std::max(all[one.user.value()], one.id.value());
    return all;
  };
  EXPECT_THAT(newest_up_to(9), IsEmpty());
  append({}, {whisper(1, "ada", "bob"), whisper(2, "eve", "ada"), whisper(3, "ada", "ada"),
              whisper(4, "bob", "d\xff n")});
  EXPECT_THAT(newest_up_to(9), UnorderedElementsAre(testing::Pair("ada", 3), testing::Pair("bob", 4),
                                                    testing::Pair("eve", 2), testing::Pair("d\xff n", 4)));
  EXPECT_THAT(newest_up_to(2), UnorderedElementsAre(testing::Pair("ada", 2), testing::Pair("bob", 1),
                                                    testing::Pair("eve", 2)));
}

TEST_P(StoreConformance, AppendingAgainChangesNothing) {
  append({message(1), message(2)}, {whisper(1, "ada", "bob")});
  auto other = message(2);
  other.text = "not this";
  append({other, message(3)}, {whisper(1, "ada", "eve")});
  EXPECT_THAT(all_messages(), ElementsAre(message(1), message(2), message(3)));
  EXPECT_THAT(all_whispers_of("bob"), ElementsAre(whisper(1, "ada", "bob")));
  EXPECT_THAT(all_whispers_of("eve"), IsEmpty());
}

TEST_P(StoreConformance, AppendingNothingIsAllowed) {
  append({});
  EXPECT_EQ(store().id_marks(), IdMarks{});
}

TEST_P(StoreConformance, MarksFollowEachStreamAndNeverFall) {
  append({message(5), message(9)}, {whisper(2, "ada", "bob")});
  append({message(7)});  // an old message that arrives late
  const IdMarks expected{.messages = CacheId(9), .private_messages = CacheId(2)};
  EXPECT_EQ(store().id_marks(), expected);
  reopen();
  EXPECT_EQ(store().id_marks(), expected);
}

TEST_P(StoreConformance, MarksStayAboveDeletedMessages) {
  append_messages(1, 5);
  EXPECT_EQ(delete_messages({4, 5}).size(), 2U);
  reopen();
  EXPECT_EQ(store().id_marks().messages, CacheId(5));
}

TEST_P(StoreConformance, ARangeExcludesItsStartAndIncludesItsEnd) {
  append_messages(1, 6);
  const auto range = store().messages_between(CacheId(2), CacheId(5), no_limit);
  EXPECT_THAT(ids(range.messages), ElementsAre(3, 4, 5));
  EXPECT_FALSE(range.truncated);
}

TEST_P(StoreConformance, ALimitKeepsTheNewestOldestFirstAndSaysSo) {
  append_messages(1, 6);
  const auto cut = store().messages_between(CacheId(1), CacheId(5), 3);
  EXPECT_THAT(ids(cut.messages), ElementsAre(3, 4, 5));
  EXPECT_TRUE(cut.truncated);
  const auto exact = store().messages_between(CacheId(1), CacheId(5), 4);
  EXPECT_THAT(ids(exact.messages), ElementsAre(2, 3, 4, 5));
  EXPECT_FALSE(exact.truncated);
  const auto none = store().messages_between(CacheId(1), CacheId(5), 0);
  EXPECT_THAT(none.messages, IsEmpty());
  EXPECT_TRUE(none.truncated);
}

TEST_P(StoreConformance, HistoryPagesBackThroughOneChannel) {
  auto elsewhere = message(4);
  elsewhere.channel_id = ChannelId(general_.id.value() + 1000);
  elsewhere.channel = "a channel that is gone";
  append({message(1), message(2), message(3), elsewhere, message(5)});

  const auto first = store().history(general_.id, std::nullopt, 2);
  EXPECT_THAT(ids(first.messages), ElementsAre(5, 3));
  EXPECT_TRUE(first.has_more);
  const auto second = store().history(general_.id, CacheId(3), 2);
  EXPECT_THAT(ids(second.messages), ElementsAre(2, 1));
  EXPECT_FALSE(second.has_more);
  EXPECT_THAT(store().history(elsewhere.channel_id, std::nullopt, 10).messages, ElementsAre(elsewhere));
}

TEST_P(StoreConformance, AMessageShowsThePresentNameOfItsChannelElseItsLast) {
  auto renamed_since = message(1);
  renamed_since.channel = "an older name";
  auto of_deleted = message(2);
  of_deleted.channel_id = ChannelId(general_.id.value() + 1000);
  of_deleted.channel = "a channel that is gone";
  append({renamed_since, of_deleted});
  const auto read = all_messages();
  EXPECT_EQ(read.at(0).channel, general_.name);
  EXPECT_EQ(read.at(1).channel, "a channel that is gone");
}

TEST_P(StoreConformance, PrivateMessagesAreSeenByTheirTwoPartiesOnly) {
  append({}, {whisper(1, "ada", "bob"), whisper(2, "bob", "ada"), whisper(3, "bob", "eve"),
              whisper(4, "eve", "ada"), whisper(5, "ada", "ada")});
  EXPECT_THAT(ids(all_whispers_of("ada")), ElementsAre(1, 2, 4, 5));  // the one to herself once
  EXPECT_THAT(ids(all_whispers_of("bob")), ElementsAre(1, 2, 3));
  EXPECT_THAT(ids(all_whispers_of("eve")), ElementsAre(3, 4));
  EXPECT_THAT(all_whispers_of("mallory"), IsEmpty());
  EXPECT_THAT(all_whispers_of("a%"), IsEmpty());
}

TEST_P(StoreConformance, PrivateRangesAreCutAcrossSentAndReceived) {
  Batch batch;
  for (std::int64_t id = 1; id <= 8; ++id) {
    batch.private_messages.push_back(id % 3 == 0 ? whisper(id, "ada", "bob") : whisper(id, "bob", "ada"));
  }
  store().append(batch);
  const auto cut = store().private_messages_between(user("ada").id, CacheId(1), CacheId(7), 3);
  EXPECT_THAT(ids(cut.messages), ElementsAre(5, 6, 7));
  EXPECT_TRUE(cut.truncated);
  const auto exact = store().private_messages_between(user("ada").id, CacheId(1), CacheId(7), 6);
  EXPECT_THAT(ids(exact.messages), ElementsAre(2, 3, 4, 5, 6, 7));
  EXPECT_FALSE(exact.truncated);
}

TEST_P(StoreConformance, PrivateHistoryIsOfAPairOrOfAUser) {
  append({}, {whisper(1, "ada", "bob"), whisper(2, "bob", "ada"), whisper(3, "ada", "eve"),
              whisper(4, "ada", "ada"), whisper(5, "bob", "ada")});
  const auto ada = user("ada").id;

  const auto with_bob = store().private_history(ada, user("bob").id, std::nullopt, 2);
  EXPECT_THAT(ids(with_bob.messages), ElementsAre(5, 2));
  EXPECT_TRUE(with_bob.has_more);
  const auto older = store().private_history(ada, user("bob").id, CacheId(2), 2);
  EXPECT_THAT(ids(older.messages), ElementsAre(1));
  EXPECT_FALSE(older.has_more);

  EXPECT_THAT(ids(store().private_history(ada, ada, std::nullopt, 9).messages), ElementsAre(4));
  EXPECT_THAT(ids(store().private_history(ada, std::nullopt, std::nullopt, 9).messages),
              ElementsAre(5, 4, 3, 2, 1));
  EXPECT_THAT(ids(store().private_history(ada, std::nullopt, CacheId(4), 2).messages), ElementsAre(3, 2));
}

TEST_P(StoreConformance, DeletionReturnsWhatWasThereAndLeavesTombstones) {
  append_messages(1, 4);
  EXPECT_THAT(delete_messages({3, 1, 99, 3}),
              ElementsAre(Tombstone{CacheId(3), general_.id}, Tombstone{CacheId(1), general_.id}));
  EXPECT_THAT(delete_messages({1}), IsEmpty());
  reopen();
  EXPECT_THAT(ids(all_messages()), ElementsAre(2, 4));
  EXPECT_THAT(store().tombstones(newest, 10),
              ElementsAre(Tombstone{CacheId(1), general_.id}, Tombstone{CacheId(3), general_.id}));
}

TEST_P(StoreConformance, TombstonesAreTheNewestUpToAnIdAscending) {
  append_messages(1, 6);
  EXPECT_EQ(delete_messages({1, 2, 3, 5}).size(), 4U);
  EXPECT_THAT(store().tombstones(CacheId(4), 2),
              ElementsAre(Tombstone{CacheId(2), general_.id}, Tombstone{CacheId(3), general_.id}));
  EXPECT_THAT(store().tombstones(CacheId(4), 0), IsEmpty());
}

TEST_P(StoreConformance, ADeletedMessageDoesNotComeBack) {
  append_messages(1, 2);
  EXPECT_EQ(delete_messages({2}).size(), 1U);
  append_messages(1, 3);
  EXPECT_THAT(ids(all_messages()), ElementsAre(1, 3));
}

TEST_P(StoreConformance, WhatIsDeletedBeforeItIsWrittenIsNeverThere) {
  append_messages(1, 2);
  const Tombstone unwritten{CacheId(3), general_.id};
  const std::vector<CacheId> asked{CacheId(2), CacheId(3), CacheId(99)};
  const MessagesDeleted deletion{.ids = asked, .tombstones = {unwritten}};
  const auto committed = store().commit(deletion, at(100));
  ASSERT_TRUE(committed);
  EXPECT_THAT(std::get<MessagesDeleted>(committed->change).tombstones,
              ElementsAre(Tombstone{CacheId(2), general_.id}, unwritten));
  append_messages(2, 4);
  EXPECT_THAT(ids(all_messages()), ElementsAre(1, 4));
  EXPECT_THAT(store().tombstones(newest, 10), ElementsAre(Tombstone{CacheId(2), general_.id}, unwritten));
  EXPECT_EQ(store().commit(deletion, at(101)).error(), ChangeRefusal::not_found);
}

TEST_P(StoreConformance, ReservedIdsRaiseTheMarksAndNeverLowerThem) {
  append_messages(1, 5);
  append({}, {whisper(7, "ada", "bob")});
  store().reserve_ids({.messages = CacheId(100), .private_messages = CacheId(6)});
  const IdMarks expected{.messages = CacheId(100), .private_messages = CacheId(7)};
  EXPECT_EQ(store().id_marks(), expected);
  append_messages(6, 7);
  reopen();
  EXPECT_EQ(store().id_marks(), expected);
}

TEST_P(StoreConformance, ReadersSeeWholeBatchesWhileAWriterAppends) {
  constexpr std::int64_t batches = 40;
  constexpr std::int64_t batch_size = 5;
  std::atomic<bool> done = false;
  std::vector<std::jthread> readers;
  readers.reserve(3);
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      std::size_t before = 0;
      while (!done) {
        const auto seen = ids(all_messages());
        EXPECT_EQ(seen.size() % batch_size, 0U);
        EXPECT_GE(seen.size(), before);
        if (!seen.empty()) EXPECT_EQ(seen.back(), static_cast<std::int64_t>(seen.size()));
        before = seen.size();
        EXPECT_LE(all_whispers_of("bob").size(), static_cast<std::size_t>(batches));
      }
    });
  }
  for (std::int64_t batch = 0; batch < batches; ++batch) {
    append_messages(batch * batch_size + 1, (batch + 1) * batch_size);
    append({}, {whisper(batch + 1, "ada", "bob")});
  }
  done = true;
  readers.clear();
  EXPECT_EQ(all_messages().size(), static_cast<std::size_t>(batches * batch_size));
}

}  // namespace chatserver::store::conformance
