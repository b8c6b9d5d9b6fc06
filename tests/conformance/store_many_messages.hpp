#pragma once

#include "conformance/store.hpp"

namespace chatserver::store::conformance {

// What holds of a few messages holds of thousands at once, which a backend may write in another way.
class StoreManyMessages : public StoreConformance {
 protected:
  static constexpr std::int64_t many = 1'000;

  // Ids 1 to `many` in both streams.
  [[nodiscard]] Batch batch() const {
    Batch all;
    for (std::int64_t id = 1; id <= many; ++id) {
      all.messages.push_back(message(id, "nonce " + std::to_string(id)));
      all.private_messages.push_back(whisper(id, "ada", "bob", "private nonce " + std::to_string(id)));
    }
    return all;
  }
  // All but some public ones.
  [[nodiscard]] static std::vector<Message> without(std::vector<Message> messages,
                                                    std::initializer_list<std::int64_t> gone) {
    for (const std::int64_t id : gone)
      std::erase_if(messages, [&](const Message& one) { return one.cache_id == CacheId(id); });
    return messages;
  }
};

TEST_P(StoreManyMessages, ComeBackAsTheyWere) {
  Batch all = batch();
  all.messages[7].text = std::string("NUL \0 \xff and \\N \t inside", 23);
  all.private_messages[7].text = all.messages[7].text;
  store().append(all);
  reopen();
  EXPECT_EQ(all_messages(), all.messages);
  EXPECT_EQ(all_whispers_of("bob"), all.private_messages);
  EXPECT_EQ(store().id_marks(), (IdMarks{.messages = CacheId(many), .private_messages = CacheId(many)}));
  EXPECT_EQ(store().message_counts().front().message_count, many);
  EXPECT_TRUE(store().find_nonce(user("ada").id, "nonce 500", at(0)));
  EXPECT_TRUE(store().find_nonce(user("ada").id, "private nonce 500", at(0)));
}

TEST_P(StoreManyMessages, AreWrittenOnceWhenTheyComeAgain) {
  store().append(batch());
  Batch again = batch();
  for (Message& one : again.messages) one.text = "not this";
  store().append(again);
  EXPECT_EQ(all_messages(), batch().messages);
  EXPECT_EQ(all_whispers_of("bob"), batch().private_messages);
}

TEST_P(StoreManyMessages, AreCompletedWhereSomeAreThere) {
  append({message(500, "nonce 500")}, {whisper(501, "ada", "bob", "private nonce 501")});
  store().append(batch());
  EXPECT_EQ(all_messages(), batch().messages);
  EXPECT_EQ(all_whispers_of("bob"), batch().private_messages);
  EXPECT_EQ(store().message_counts().front().message_count, many);
}

TEST_P(StoreManyMessages, AreWrittenWhereOnlyTheirPrivateOnesAreThere) {
  append({}, {whisper(501, "ada", "bob", "private nonce 501")});
  store().append(batch());
  EXPECT_EQ(all_messages(), batch().messages);
  EXPECT_EQ(all_whispers_of("bob"), batch().private_messages);
}

TEST_P(StoreManyMessages, StayDeletedWhereTheyWereBeforeTheyCame) {
  const Tombstone unwritten{.cache_id = CacheId(500), .channel_id = general_.id};
  ASSERT_TRUE(store().commit(MessagesDeleted{.ids = {CacheId(500)}, .tombstones = {unwritten}}, at(100)));
  store().append(batch());
  EXPECT_EQ(all_messages(), without(batch().messages, {500}));
}

TEST_P(StoreManyMessages, OfAPurgedChannelAreNotKept) {
  const ChannelId news = create("news");
  ASSERT_TRUE(edit(DeleteChannel{.id = news, .purge = Purge::yes}));
  Batch all = batch();
  all.messages[499].channel_id = news;
  store().append(all);
  EXPECT_EQ(all_messages(), without(batch().messages, {500}));
  EXPECT_THAT(store().tombstones(newest, 10), testing::ElementsAre(Tombstone{CacheId(500), news}));
}

TEST_P(StoreManyMessages, MayNameTheSameIdTwice) {
  Batch all = batch();
  all.messages.push_back(all.messages.back());
  all.private_messages.push_back(all.private_messages.back());
  store().append(all);
  EXPECT_EQ(all_messages(), batch().messages);
  EXPECT_EQ(all_whispers_of("bob"), batch().private_messages);
}

TEST_P(StoreManyMessages, AreFoundAlsoWhenTheyComeBehindTheIndex) {
  append({message(many + 1)});
  while (store().index_messages(100).more) {
  }
  store().append(batch());
  const MessageQuery query{.keyword = "text",
                           .channels = {},
                           .author = std::nullopt,
                           .before = CacheId(many + 1),
                           .offset = 0,
                           .limit = 2};
  EXPECT_THAT(ids(store().search_messages(query).messages), testing::ElementsAre(many, many - 1));
}

}  // namespace chatserver::store::conformance
