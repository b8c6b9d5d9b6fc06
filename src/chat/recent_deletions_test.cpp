#include "chat/recent_deletions.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tombstone_store.hpp"

namespace chatserver::chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kept_max = static_cast<std::int64_t>(RecentDeletions::kept_max);

std::vector<CacheId> ids(std::int64_t first, std::int64_t last) {
  std::vector<CacheId> all;
  for (auto id = first; id <= last; ++id) all.emplace_back(id);
  return all;
}

TEST(RecentDeletions, AreToldWithoutTheDatabaseAsLongAsAllAreKept) {
  test::TombstoneStore store;
  store.bury(3, 5);
  RecentDeletions deletions(store);
  store.away = true;
  deletions.add(ids(9, 9));
  deletions.add({CacheId(7), CacheId(4), CacheId(1)});
  EXPECT_THAT(deletions.newest(CacheId(8), 10),
              ElementsAre(CacheId(1), CacheId(3), CacheId(4), CacheId(5), CacheId(7)));
  EXPECT_THAT(deletions.newest(CacheId(8), 2), ElementsAre(CacheId(5), CacheId(7))) << "the newest";
  EXPECT_THAT(deletions.newest(CacheId(0), 2), IsEmpty());
}

TEST(RecentDeletions, OfMoreThanAreKeptTheNewestAreToldWithoutTheDatabase) {
  test::TombstoneStore store;
  store.bury(1, kept_max + 5);
  RecentDeletions deletions(store);
  store.asked = 0;
  EXPECT_THAT(deletions.newest(CacheId(kept_max + 1), 1000), SizeIs(1000));
  EXPECT_EQ(store.asked, 0);
  EXPECT_EQ(deletions.newest(CacheId(100), 1000), ids(1, 100)) << "the database knows the others";
  EXPECT_EQ(store.asked, 1);
  store.away = true;
  EXPECT_THROW((void)deletions.newest(CacheId(100), 1000), store::Unavailable);
}

TEST(RecentDeletions, WhatBecomesTooMuchIsLeftToTheDatabase) {
  test::TombstoneStore store;
  RecentDeletions deletions(store);
  deletions.add(ids(1, kept_max + 5));
  store.bury(1, kept_max + 5);
  EXPECT_EQ(deletions.newest(CacheId(10), 100), ids(1, 10));
}

TEST(RecentDeletions, OfALargePurgeTheDatabaseKnowsTheRest) {
  test::TombstoneStore store;
  RecentDeletions deletions(store);
  deletions.add({.id = ChannelId(1), .name = "news", .newest = ids(1001, 2000)});
  store.bury(1, 2000);
  store.asked = 0;
  EXPECT_EQ(deletions.newest(CacheId(2000), 1000), ids(1001, 2000));
  EXPECT_EQ(store.asked, 0) << "these were named";
  EXPECT_EQ(deletions.newest(CacheId(1500), 1000), ids(501, 1500));
  store.away = true;
  EXPECT_EQ(deletions.newest(CacheId(600), 1000), ids(1, 600)) << "and from now on memory does";
}

TEST(RecentDeletions, AfterAGapTheDatabaseIsAsked) {
  test::TombstoneStore store;
  RecentDeletions deletions(store);
  deletions.start_over();
  store.away = true;
  EXPECT_THROW((void)deletions.newest(CacheId(9), 10), store::Unavailable);
  store.away = false;
  store.bury(4, 4);
  deletions.add(ids(6, 6));
  EXPECT_THAT(deletions.newest(CacheId(9), 10), ElementsAre(CacheId(4), CacheId(6)));
  store.away = true;
  EXPECT_THAT(deletions.newest(CacheId(9), 10), ElementsAre(CacheId(4), CacheId(6)));
}

TEST(RecentDeletions, AGapWhileTheDatabaseIsReadIsNotCovered) {
  test::TombstoneStore store;
  store.bury(4, 4);
  RecentDeletions deletions(store);
  deletions.start_over();
  store.on_read = [&] {
    store.on_read = nullptr;
    deletions.start_over();
    store.bury(5, 5);
  };
  EXPECT_THAT(deletions.newest(CacheId(9), 10), ElementsAre(CacheId(4), CacheId(5)));
}

}  // namespace
}  // namespace chatserver::chat
