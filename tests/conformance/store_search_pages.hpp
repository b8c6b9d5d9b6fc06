#pragma once

// Filters and pages of what is found;
// part of conformance/store.hpp.

#include "conformance/store_search.hpp"

namespace chatserver::store::conformance {

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

TEST_P(SearchConformance, EveryHitIsFoundOnceAcrossALongHistory) {
  Batch batch;
  for (std::int64_t id = 1; id <= 30'000; ++id) {
    auto said = message(id);
    said.text = id % 10'000 == 1 ? "rare common" : "common";
    batch.messages.push_back(said);
  }
  append(std::move(batch.messages));
  while (store().index_messages(1'000).more) {
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
