#include "store/search_view.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "search/analyzer.hpp"
#include "store/store.hpp"

namespace chatserver::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A view of messages in memory, by the first term of a query alone, that counts what it is asked.
class MemoryView final : public SearchView {
 public:
  explicit MemoryView(CacheId indexed) : indexed_(indexed) {}

  void say(std::int64_t id, std::string text) {
    for (const std::string& term : analyzer_.terms_of(text)) postings_[term].insert(CacheId(id));
    messages_[CacheId(id)] = {.cache_id = CacheId(id),
                              .author = {.id = UserId("ada"), .username = "Ada"},
                              .channel_id = ChannelId(1),
                              .channel = "General",
                              .text = std::move(text),
                              .authored_at = {},
                              .nonce = {}};
  }

  CacheId indexed_up_to() override { return indexed_; }
  std::vector<ChannelId> channels_called(const std::vector<std::string>& names) override {
    return std::ranges::find(names, "General") == names.end() ? std::vector<ChannelId>()
                                                              : std::vector{ChannelId(1)};
  }
  std::vector<CacheId> ids(IdRange range, std::size_t limit) override {
    std::vector<CacheId> found;
    for (auto at = messages_.upper_bound(range.up_to); at != messages_.begin() && found.size() < limit;) {
      if ((--at)->first <= range.after) break;
      found.push_back(at->first);
    }
    return found;
  }
  std::vector<Message> messages(IdRange range, std::size_t limit) override {
    const auto in_range = ids(range, limit);
    looked_through += in_range.size();
    return read(in_range);
  }
  std::vector<CacheId> indexed(const IndexQuery& query, IdRange range, std::size_t limit) override {
    EXPECT_LE(range.up_to, indexed_);
    ++index_calls;
    lowest_asked = std::min(lowest_asked, range.after);
    std::vector<CacheId> found;
    const std::set<CacheId>& posted = postings_[query.all.at(0)];
    for (auto at = posted.upper_bound(range.up_to); at != posted.begin() && found.size() < limit;) {
      if (*--at <= range.after) break;
      found.push_back(*at);
    }
    index_hits += found.size();
    return found;
  }
  std::vector<Message> read(const std::vector<CacheId>& ids) override {
    std::vector<Message> all;
    for (const CacheId id : ids) all.push_back(messages_.at(id));
    return all;
  }

  std::size_t looked_through = 0;
  std::size_t index_calls = 0;
  std::size_t index_hits = 0;
  CacheId lowest_asked{std::numeric_limits<std::int64_t>::max()};

 private:
  const CacheId indexed_;
  std::map<CacheId, Message> messages_;
  std::map<std::string, std::set<CacheId>> postings_;
  search::Analyzer analyzer_;
};

constexpr CacheId newest{std::numeric_limits<std::int64_t>::max()};
constexpr SearchDeadline no_deadline = SearchDeadline::max();

MessageQuery asking(std::string keyword, std::size_t offset, std::size_t limit) {
  return {.keyword = std::move(keyword),
          .channels = {},
          .author = std::nullopt,
          .before = std::nullopt,
          .offset = offset,
          .limit = limit};
}

std::vector<std::int64_t> ids_of(const MessagePage& page) {
  std::vector<std::int64_t> ids;
  for (const Message& message : page.messages) ids.push_back(message.cache_id.value());
  return ids;
}

TEST(Search, ACommonWordIsReadNoFurtherThanThePage) {
  MemoryView view(CacheId(50'000));
  for (std::int64_t id = 1; id <= 50'000; ++id) view.say(id, "common");
  EXPECT_EQ(search(view, asking("common", 0, 50), {}, newest, no_deadline).messages.size(), 50U);
  EXPECT_EQ(view.index_calls, 1U);
  EXPECT_EQ(view.index_hits, 51U);
  EXPECT_EQ(view.looked_through, 0U);
}

TEST(Search, ARareWordIsFoundInFewRanges) {
  MemoryView view(CacheId(1'000'000));
  view.say(1'000'000, "rare");
  view.say(1, "rare");
  EXPECT_THAT(ids_of(search(view, asking("rare", 0, 50), {}, newest, no_deadline)),
              ElementsAre(1'000'000, 1));
  EXPECT_LE(view.index_calls, 5U);
}

// 17 hits in the first 8,192 ids promise 208 in all.
TEST(Search, OfAWordWithFewHitsInAllEverythingIsAskedFor) {
  MemoryView view(CacheId(100'000));
  for (std::int64_t id = 480; id <= 100'000; id += 480) view.say(id, "word");
  const auto found = search(view, asking("word", 150, 50), {}, newest, no_deadline);
  EXPECT_EQ(found.messages.size(), 50U);
  EXPECT_EQ(found.messages.front().cache_id, CacheId(99'840 - 150 * 480));
  EXPECT_EQ(view.index_calls, 2U);
}

TEST(Search, OfAWordWithManyHitsInAllARangeIsAskedFor) {
  MemoryView view(CacheId(100'000));
  for (std::int64_t id = 8; id <= 100'000; id += 8) view.say(id, "word");
  EXPECT_EQ(search(view, asking("word", 2'000, 50), {}, newest, no_deadline).messages.size(), 50U);
  EXPECT_EQ(view.index_calls, 2U);
  EXPECT_GT(view.lowest_asked, CacheId(70'000));
}

TEST(Search, EveryHitComesOnceWhereverRangesMeet) {
  MemoryView view(CacheId(29'000));
  std::vector<std::int64_t> wanted;
  for (std::int64_t id = 1; id <= 30'000; ++id) view.say(id, id % 97 == 0 ? "word" : "other");
  for (std::int64_t id = 29'973; id > 0; id -= 97) wanted.push_back(id);
  for (const std::size_t limit : {std::size_t{1}, std::size_t{7}, std::size_t{100}, std::size_t{2'000}}) {
    std::vector<std::int64_t> found;
    bool more = true;
    for (std::size_t offset = 0; more; offset += limit) {
      const MessagePage page = search(view, asking("word", offset, limit), {}, newest, no_deadline);
      more = page.has_more;
      for (const std::int64_t id : ids_of(page)) found.push_back(id);
      ASSERT_LE(found.size(), wanted.size());
    }
    EXPECT_EQ(found, wanted) << limit;
  }
}

TEST(Search, OnlyWhatIsNotIndexedIsLookedThrough) {
  MemoryView view(CacheId(900));
  for (std::int64_t id = 1; id <= 2'000; ++id) view.say(id, "word");
  EXPECT_EQ(search(view, asking("word", 0, 10), {}, newest, no_deadline).messages.size(), 10U);
  EXPECT_LE(view.looked_through, 500U);
  EXPECT_EQ(view.index_calls, 0U);
  EXPECT_EQ(search(view, asking("word", 1'095, 10), {}, newest, no_deadline).messages.size(), 10U);
  EXPECT_LE(view.looked_through, 500U + 1'100U);
  EXPECT_EQ(view.index_calls, 1U);
}

// A cache that is ahead of the database.
UnstoredMessages all_of(MemoryView& cache) {
  return [&cache](CacheId before, std::size_t limit) {
    return cache.messages({.after = CacheId(0), .up_to = CacheId(before.value() - 1)}, limit);
  };
}

// 4 and 6 have arrived in the database already.
TEST(Search, WhatIsNotStoredYetIsFoundAndCountsOnce) {
  MemoryView view(CacheId(6));
  for (const std::int64_t id : {1, 2, 3, 4, 6}) view.say(id, "word");
  MemoryView cache(CacheId(0));
  for (const std::int64_t id : {4, 5, 6, 8}) cache.say(id, "word");
  cache.say(7, "other");
  const auto ask = [&](std::optional<std::string> keyword, std::size_t offset, std::size_t limit) {
    MessageQuery query = asking("", offset, limit);
    query.keyword = std::move(keyword);
    query.unstored = all_of(cache);
    return search(view, query, unstored_hits(query, no_deadline), CacheId(6), no_deadline);
  };
  EXPECT_THAT(ids_of(ask("word", 0, 100)), ElementsAre(8, 6, 5, 4, 3, 2, 1));
  EXPECT_THAT(ids_of(ask(std::nullopt, 0, 100)), ElementsAre(8, 7, 6, 5, 4, 3, 2, 1));
  EXPECT_THAT(ids_of(ask("word", 1, 3)), ElementsAre(6, 5, 4));
  EXPECT_TRUE(ask("word", 1, 3).has_more);
  EXPECT_FALSE(ask("word", 4, 3).has_more);
  EXPECT_THAT(ids_of(ask("other", 0, 3)), ElementsAre(7));
}

class SearchInABacklog : public testing::Test {
 protected:
  static constexpr std::int64_t waiting = 20'001;

  SearchInABacklog() {
    cache_.say(1, "rare");
    for (std::int64_t id = 2; id <= waiting; ++id) cache_.say(id, "common");
  }

  std::vector<Message> hits(MessageQuery query, SearchDeadline deadline = no_deadline) {
    query.unstored = [this](CacheId before, std::size_t limit) {
      most_at_once_ = std::max(most_at_once_, limit);
      return all_of(cache_)(before, limit);
    };
    return unstored_hits(query, deadline);
  }

  MemoryView cache_{CacheId(0)};
  std::size_t most_at_once_ = 0;
};

TEST_F(SearchInABacklog, WhatWaitsLongestIsFoundAPortionAtATime) {
  const auto found = hits(asking("rare", 0, 50));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().cache_id, CacheId(1));
  EXPECT_LE(most_at_once_, 500U);
}

TEST_F(SearchInABacklog, NoMoreIsLookedThroughThanThePageNeeds) {
  const auto found = hits(asking("common", 600, 50));
  EXPECT_GE(found.size(), 651U);
  EXPECT_EQ(found.back().cache_id, CacheId(waiting));
  EXPECT_TRUE(std::ranges::is_sorted(found, {}, &Message::cache_id));
  EXPECT_EQ(cache_.looked_through, 1'000U);
}

TEST_F(SearchInABacklog, APageFarBehindManyHitsIsRefusedAndOneBeforeAnIdIsNot) {
  auto query = asking("common", unstored_hits_max, 50);
  EXPECT_THROW((void)hits(query), Unavailable);
  query.offset = 0;
  query.before = CacheId(200);
  EXPECT_EQ(hits(query).back().cache_id, CacheId(199));
}

TEST_F(SearchInABacklog, TakesNoLongerThanASearchMay) {
  EXPECT_THROW((void)hits(asking("rare", 0, 50), SearchDeadline::min()), Unavailable);
}

TEST(Search, NothingBeyondTheNewestIsSeen) {
  MemoryView view(CacheId(5));
  for (std::int64_t id = 1; id <= 9; ++id) view.say(id, "word");
  EXPECT_THAT(ids_of(search(view, asking("word", 0, 3), {}, CacheId(7), no_deadline)), ElementsAre(7, 6, 5));
  EXPECT_THAT(ids_of(search(view, asking("word", 0, 3), {}, CacheId(3), no_deadline)), ElementsAre(3, 2, 1));
  EXPECT_THAT(ids_of(search(view, asking("word", 0, 3), {}, CacheId(0), no_deadline)), IsEmpty());
}

TEST(Search, ASearchThatTakesTooLongIsGivenUp) {
  MemoryView unindexed(CacheId(0));
  unindexed.say(1, "word");
  EXPECT_THROW((void)search(unindexed, asking("word", 0, 1), {}, newest, SearchDeadline::min()), Unavailable);
  MemoryView indexed(CacheId(1));
  indexed.say(1, "word");
  EXPECT_THROW((void)search(indexed, asking("word", 0, 1), {}, newest, SearchDeadline::min()), Unavailable);
}

}  // namespace
}  // namespace chatserver::store
