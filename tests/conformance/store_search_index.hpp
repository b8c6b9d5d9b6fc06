#pragma once

// What the index may not forget and must forget: late messages, deletions, purges;
// part of conformance/store.hpp.

#include "conformance/store_search.hpp"

namespace chatserver::store::conformance {

TEST_P(SearchConformance, TheIndexIsBuiltInBoundedBatches) {
  for (int i = 0; i < 25; ++i) say("word");
  const auto first = store().index_messages(10);
  EXPECT_EQ(first.changed, 10U);
  EXPECT_TRUE(first.more);
  EXPECT_EQ(found("word").size(), 25U);
  reopen();
  EXPECT_EQ(store().index_messages(10).changed, 10U);
  const auto last = store().index_messages(10);
  EXPECT_EQ(last.changed, 5U);
  EXPECT_FALSE(last.more);
  EXPECT_EQ(store().index_messages(10).changed, 0U);
  EXPECT_EQ(found("word").size(), 25U);
}

TEST_P(SearchConformance, DeletedMessagesAreNeverFound) {
  for (int i = 0; i < 6; ++i) say("word");
  EXPECT_EQ(delete_messages({1}).size(), 1U);
  EXPECT_THAT(found("word"), ElementsAre(6, 5, 4, 3, 2));
  EXPECT_EQ(store().index_messages(3).changed, 3U);
  EXPECT_EQ(delete_messages({2, 3, 6}).size(), 3U);
  EXPECT_THAT(found("word"), ElementsAre(5, 4));
  reopen();
  EXPECT_THAT(found("word"), ElementsAre(5, 4));
  index_all();
  EXPECT_EQ(delete_messages({5}).size(), 1U);
  EXPECT_THAT(found("word"), ElementsAre(4));
  auto query = query_for("word");
  query.limit = 1;
  EXPECT_FALSE(store().search_messages(query).has_more);
  index_all();
  EXPECT_THAT(found("word"), ElementsAre(4));
  EXPECT_EQ(store().index_messages(10).changed, 0U);
}

TEST_P(SearchConformance, AMessageThatComesLateIsFound) {
  append({message(5)});
  index_all();
  auto late = message(2);
  late.text = "belated word";
  append({late, message(6)});
  EXPECT_THAT(found("belated"), ElementsAre(2));
  append({late});
  index_all();
  EXPECT_THAT(found("belated"), ElementsAre(2));
  EXPECT_EQ(delete_messages({2}).size(), 1U);
  EXPECT_THAT(found("belated"), IsEmpty());
  index_all();
  EXPECT_THAT(found("text"), ElementsAre(6, 5));
}

TEST_P(SearchConformance, AnIndexThatOtherRulesMadeIsMadeAnew) {
  for (int i = 0; i < 5; ++i) say("word");
  index_all();
  EXPECT_EQ(delete_messages({2}).size(), 1U);
  run_sql("UPDATE search_progress SET analysis = 'rules of the past'");
  EXPECT_THAT(found("word"), ElementsAre(5, 4, 3, 1));
  EXPECT_EQ(delete_messages({3}).size(), 1U);
  EXPECT_EQ(store().index_messages(2).changed, 2U);
  EXPECT_THAT(found("word"), ElementsAre(5, 4, 1));
  index_all();
  EXPECT_EQ(delete_messages({4}).size(), 1U);
  index_all();
  EXPECT_THAT(found("word"), ElementsAre(5, 1));
}

TEST_P(SearchConformance, MessagesOfADeletedChannelAreFoundUnderItsLastName) {
  const ChannelId channel = create("first name");
  say_in(channel, "old word");
  index_all();
  ASSERT_TRUE(edit(EditChannel{.id = channel, .name = "last name", .description = std::nullopt}));
  say_in(channel, "new word");
  ASSERT_TRUE(edit(DeleteChannel{.id = channel, .purge = Purge::no}));
  say_in(create("last name"), "word of a namesake");
  for (int round = 0; round < 2; ++round) {
    auto query = query_for("word");
    query.channels = {"last name"};
    EXPECT_THAT(found(query), ElementsAre(3, 2, 1));
    for (const Message& message : store().search_messages(query).messages) {
      EXPECT_EQ(message.channel, "last name");
    }
    query.channels = {"first name"};
    EXPECT_THAT(found(query), IsEmpty());
    index_all();
  }
}

TEST_P(SearchConformance, MessagesOfAPurgedChannelAreFoundFromThatMomentOnNoMore) {
  const ChannelId channel = create("purged");
  say_in(channel, "word");
  say("word");
  say_in(channel, "word");
  say("word");
  say_in(channel, "word");
  const auto expect_hidden = [&] {
    EXPECT_THAT(found("word"), ElementsAre(4, 2));
    auto query = query_for("word");
    query.keyword = std::nullopt;
    EXPECT_THAT(found(query), ElementsAre(4, 2));
    query.limit = 2;
    EXPECT_FALSE(store().search_messages(query).has_more);
    query = query_for("word");
    query.limit = 2;
    EXPECT_FALSE(store().search_messages(query).has_more);
    query.channels = {"purged"};
    EXPECT_THAT(found(query), IsEmpty());
  };
  EXPECT_EQ(store().index_messages(3).changed, 3U);
  ASSERT_TRUE(edit(DeleteChannel{.id = channel, .purge = Purge::yes}));
  expect_hidden();
  index_all();
  expect_hidden();
  EXPECT_EQ(store().remove_purged(2, at(101)), 2U);
  expect_hidden();
  index_all();
  EXPECT_EQ(store().remove_purged(2, at(102)), 1U);
  EXPECT_EQ(store().remove_purged(2, at(103)), 0U);
  expect_hidden();
  say_in(channel, "belated word");
  EXPECT_THAT(found("belated"), IsEmpty());
  index_all();
  expect_hidden();
  EXPECT_EQ(store().index_messages(10).changed, 0U);
}

}  // namespace chatserver::store::conformance
