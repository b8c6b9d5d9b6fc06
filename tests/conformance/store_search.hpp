#pragma once

#include "conformance/store.hpp"

namespace chatserver::store::conformance {

// Messages that are searched for, in a store whose index is as far behind as a test lets it be.
class SearchConformance : public StoreConformance {
 protected:
  // Of the next id.
  std::int64_t say(std::string text, std::string_view author = "ada") {
    auto said = message(++last_, "", author);
    said.text = std::move(text);
    append({said});
    return last_;
  }
  std::int64_t say_in(ChannelId channel, std::string text) {
    auto said = message(++last_);
    said.channel_id = channel;
    said.channel = "name at that time";
    said.text = std::move(text);
    append({said});
    return last_;
  }

  void index_all() {
    while (store().index_messages(100).more) {
    }
  }

  [[nodiscard]] std::vector<std::int64_t> found(const MessageQuery& query) {
    return ids(store().search_messages(query).messages);
  }
  [[nodiscard]] std::vector<std::int64_t> found(std::string keyword) {
    return found(query_for(std::move(keyword)));
  }
  [[nodiscard]] static MessageQuery query_for(std::string keyword) {
    return {.keyword = std::move(keyword),
            .channels = {},
            .author = std::nullopt,
            .before = std::nullopt,
            .offset = 0,
            .limit = 1000};
  }

 private:
  std::int64_t last_ = 0;
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(SearchConformance, AnEmptyStoreHasNothingToFindOrToIndex) {
  EXPECT_THAT(found("word"), IsEmpty());
  EXPECT_EQ(store().index_messages(10).changed, 0U);
  EXPECT_FALSE(store().index_messages(10).more);
}

TEST_P(SearchConformance, AMessageIsFoundBeforeAndAfterItIsIndexed) {
  say("The connections were lost");
  say("nothing of the kind");
  EXPECT_THAT(found("connection"), ElementsAre(1));
  index_all();
  EXPECT_THAT(found("connection"), ElementsAre(1));
  say("connected again");
  EXPECT_THAT(found("CONNECT"), ElementsAre(3, 1));
  EXPECT_THAT(found("again connect"), ElementsAre(3));
  EXPECT_THAT(found("lost again"), IsEmpty());
}

TEST_P(SearchConformance, AFoundMessageIsWhole) {
  auto said = message(1, "nonce");
  said.text = std::string("caf\u00e9 \0 'quoted\" %_ \u5317\u4eac", 25);
  append({said});
  EXPECT_THAT(store().search_messages(query_for("cafe")).messages, ElementsAre(said));
  index_all();
  EXPECT_THAT(store().search_messages(query_for("cafe")).messages, ElementsAre(said));
}

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

TEST_P(SearchConformance, KeywordsAreWordsAndNeverSyntax) {
  say("plain words");
  say("near or not and x y col terms message_index");
  say("100% under_score a*b");
  for (int round = 0; round < 2; ++round) {
    for (const auto* keyword : {"\"plain\"", "plain*", "(plain)", "plain:*", "'plain'", "plain;--", "^plain",
                                "-plain", "+plain", "!plain", "{plain}", "plain & words", "plain | words",
                                "plain <-> words", "\\plain", "%plain%", "words plain"}) {
      EXPECT_THAT(found(keyword), ElementsAre(1)) << keyword;
    }
    for (const auto* keyword : {"plain OR near", "plain NOT x", "plain AND words AND y", "NEAR(plain words)",
                                "terms:plain", "plain* col", "pla", "plai%", "pl_in", "_c1", "_u616461"}) {
      EXPECT_THAT(found(keyword), IsEmpty()) << keyword;
    }
    EXPECT_THAT(found(std::string("plain\0words", 11)), ElementsAre(1));
    EXPECT_THAT(found("near OR not AND x"), ElementsAre(2));
    EXPECT_THAT(found("message_index"), ElementsAre(2));
    EXPECT_THAT(found("100%"), ElementsAre(3));
    EXPECT_THAT(found("\xff\xfe plain"), ElementsAre(1));
    index_all();
  }
}

TEST_P(SearchConformance, AKeywordWithoutWordsFindsNothing) {
  say("anything!");
  for (int round = 0; round < 2; ++round) {
    for (const auto* keyword : {"", " ", "!", "%", "\"", "'", "* ( ) :", "\u3002"}) {
      EXPECT_THAT(found(keyword), IsEmpty()) << keyword;
    }
    index_all();
  }
}

TEST_P(SearchConformance, ScriptsWithoutSpacesAreFoundByTwoCharactersAndByOne) {
  say("\u6211\u4eec\u660e\u5929\u53bb\u5317\u4eac");        // Chinese
  say("\u6771\u4eac\u30bf\u30ef\u30fc\u3092\u898b\u305f");  // Japanese
  say("\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48\u0e14\u0e35");  // Thai
  say("\uc11c\uc6b8\uc5d0\uc11c");                          // Korean
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(found("\u5317\u4eac"), ElementsAre(1));
    EXPECT_THAT(found("\u4eac"), ElementsAre(2, 1));
    EXPECT_THAT(found("\u30bf\u30ef\u30fc"), ElementsAre(2));
    EXPECT_THAT(found("\u0e19\u0e35\u0e48"), ElementsAre(3));
    EXPECT_THAT(found("\u0e14\u0e35"), ElementsAre(3));
    EXPECT_THAT(found("\uc11c\uc6b8"), ElementsAre(4));
    EXPECT_THAT(found("\u4eac\u5317"), IsEmpty());
    index_all();
  }
}

TEST_P(SearchConformance, SymbolsAndLettersBeyondTheBasicPlaneAreFound) {
  say("good \U0001f44d\U0001f3fd job");
  say("\U00020000\U00020001");
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(found("\U0001f44d"), ElementsAre(1));
    EXPECT_THAT(found("\U00020000\U00020001"), ElementsAre(2));
    index_all();
  }
}

TEST_P(SearchConformance, FiltersAreMetTogether) {
  const ChannelId other = create("other");
  say("red apple", "ada");
  say("red apple", "bob");
  say_in(other, "red apple");
  say("green apple", "ada");
  for (int round = 0; round < 2; ++round) {
    auto query = query_for("apple");
    query.author = UserId("ada");
    EXPECT_THAT(found(query), ElementsAre(4, 3, 1));
    query.channels = {general_.name};
    EXPECT_THAT(found(query), ElementsAre(4, 1));
    query.keyword = "red";
    EXPECT_THAT(found(query), ElementsAre(1));
    query.author = UserId("ad");
    EXPECT_THAT(found(query), IsEmpty());
    query.author = std::nullopt;
    query.channels = {"other", general_.name};
    EXPECT_THAT(found(query), ElementsAre(3, 2, 1));
    query.keyword = std::nullopt;
    query.channels = {"other"};
    EXPECT_THAT(found(query), ElementsAre(3));
    query.channels = {"never was", "'; --", ""};
    EXPECT_THAT(found(query), IsEmpty());
    query.channels = {};
    EXPECT_THAT(found(query), ElementsAre(4, 3, 2, 1));
    query.author = UserId("bob");
    EXPECT_THAT(found(query), ElementsAre(2));
    query.before = CacheId(2);
    EXPECT_THAT(found(query), IsEmpty());
    index_all();
  }
}

TEST_P(SearchConformance, AuthorsAreComparedToTheByte) {
  const std::vector<std::string> authors = {
      "Ada", "ada", "a'\"\\%_", std::string("a\0b", 3), "\u00e4", std::string(255, 'x')};
  for (const auto& author : authors) say("hello", author);
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < authors.size(); ++i) {
      auto query = query_for("hello");
      query.author = UserId(authors[i]);
      EXPECT_THAT(found(query), ElementsAre(static_cast<std::int64_t>(i + 1)));
    }
    index_all();
  }
}

TEST_P(SearchConformance, PagesFollowEachOtherThroughWhatIsIndexedAndWhatIsNot) {
  for (int i = 0; i < 20; ++i) say(i % 2 == 0 ? "even word" : "odd word");
  for (int round = 0; round < 3; ++round) {
    std::vector<std::int64_t> all;
    auto query = query_for("even");
    query.limit = 3;
    for (bool more = true; more; query.offset += 3) {
      const auto page = store().search_messages(query);
      for (const auto id : ids(page.messages)) all.push_back(id);
      more = page.has_more;
      EXPECT_EQ(page.messages.size(), more ? 3U : 1U);
      ASSERT_LE(all.size(), 10U);
    }
    EXPECT_THAT(all, ElementsAre(19, 17, 15, 13, 11, 9, 7, 5, 3, 1));
    EXPECT_EQ(store().index_messages(10).changed, round < 2 ? 10U : 0U);
  }
}

TEST_P(SearchConformance, HasMoreIsExact) {
  for (int i = 0; i < 4; ++i) say("word");
  for (int round = 0; round < 2; ++round) {
    auto query = query_for("word");
    query.limit = 4;
    EXPECT_FALSE(store().search_messages(query).has_more);
    query.limit = 3;
    EXPECT_TRUE(store().search_messages(query).has_more);
    query.offset = 1;
    EXPECT_FALSE(store().search_messages(query).has_more);
    query.offset = 100;
    EXPECT_THAT(found(query), IsEmpty());
    EXPECT_FALSE(store().search_messages(query).has_more);
    query = query_for("word");
    query.limit = 0;
    EXPECT_TRUE(store().search_messages(query).has_more);
    index_all();
  }
}

TEST_P(SearchConformance, PagesBeforeAMessageDoNotShiftWhileMessagesArrive) {
  for (int i = 0; i < 6; ++i) say("word");
  auto query = query_for("word");
  query.limit = 3;
  EXPECT_THAT(found(query), ElementsAre(6, 5, 4));
  say("word");
  query.before = CacheId(4);
  EXPECT_THAT(found(query), ElementsAre(3, 2, 1));
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

TEST_P(SearchConformance, PrivateMessagesAreNotFound) {
  append({}, {whisper(1, "ada", "bob")});
  EXPECT_THAT(found("whisper"), IsEmpty());
  index_all();
  EXPECT_THAT(found("whisper"), IsEmpty());
}

TEST_P(SearchConformance, ManyAndLongWordsAreNoTrouble) {
  std::string text;
  std::string keyword;
  for (int i = 0; i < 4000; ++i) text += std::to_string(i) + ' ';
  for (int i = 0; i < 300; ++i) keyword += std::to_string(i * 7) + ' ';
  say(text);
  say(std::string(100'000, 'x'));
  std::string unspaced;
  for (int i = 0; i < 30'000; ++i) unspaced += "\u4e00\u4e01\u4e02";
  say(unspaced);
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(found(keyword), ElementsAre(1));
    EXPECT_THAT(found(keyword + "4001"), IsEmpty());
    EXPECT_THAT(found(std::string(5000, 'x')), ElementsAre(2));
    EXPECT_THAT(found("\u4e02\u4e00"), ElementsAre(3));
    index_all();
  }
}

TEST_P(SearchConformance, EveryHitIsFoundOnceAcrossALongHistory) {
  Batch batch;
  for (std::int64_t id = 1; id <= 30'000; ++id) {
    auto said = message(id);
    said.text = id % 10'000 == 1 ? "rare common" : "common";
    batch.messages.push_back(said);
  }
  append(std::move(batch.messages));
  while (store().index_messages(29'000).more) {
  }
  EXPECT_THAT(found("rare"), ElementsAre(20'001, 10'001, 1));
  auto query = query_for("common");
  query.offset = 29'990;
  EXPECT_THAT(found(query), ElementsAre(10, 9, 8, 7, 6, 5, 4, 3, 2, 1));
  query.keyword = std::nullopt;
  EXPECT_THAT(found(query), ElementsAre(10, 9, 8, 7, 6, 5, 4, 3, 2, 1));
}

TEST_P(SearchConformance, PagesStayWholeWhileMessagesAreIndexedAndDeleted) {
  constexpr std::int64_t count = 600;
  for (std::int64_t id = 1; id <= count; ++id) say(id % 2 == 0 ? "kept word" : "word");
  std::atomic<bool> done = false;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      auto query = query_for("kept");
      query.limit = 40;
      while (!done) {
        const auto page = store().search_messages(query);
        EXPECT_EQ(page.messages.size(), 40U);
        EXPECT_TRUE(page.has_more);
        for (std::size_t at = 0; at < page.messages.size(); ++at) {
          EXPECT_EQ(page.messages[at].cache_id, CacheId(count - 2 * static_cast<std::int64_t>(at)));
        }
      }
    });
  }
  for (std::int64_t id = 1; id < count; id += 20) {
    (void)store().index_messages(20);
    EXPECT_EQ(delete_messages({id, id + 2}).size(), 2U);
  }
  index_all();
  done = true;
}

}  // namespace chatserver::store::conformance
