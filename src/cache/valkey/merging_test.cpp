#include "cache/valkey/merging.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cache/valkey/entry_samples.hpp"
#include "store/store.hpp"

namespace chatserver::cache::valkey {
namespace {

using test::ids;
using testing::ElementsAre;

std::vector<Message> messages(std::initializer_list<std::int64_t> which) {
  std::vector<Message> all;
  for (const auto id : which) all.push_back(test::public_message(id));
  return all;
}

TEST(ValkeyMerging, ARangeIsTheNewestOfBothWithEachOnce) {
  const auto all =
      merged(store::Messages{.messages = messages({1, 2, 3}), .truncated = false}, messages({2, 3, 4}), 10);
  EXPECT_THAT(ids(all.messages), ElementsAre(1, 2, 3, 4));
  EXPECT_FALSE(all.truncated);
  const auto cut =
      merged(store::Messages{.messages = messages({1, 2, 3}), .truncated = false}, messages({4}), 2);
  EXPECT_THAT(ids(cut.messages), ElementsAre(3, 4));
  EXPECT_TRUE(cut.truncated);
  EXPECT_TRUE(
      merged(store::Messages{.messages = messages({3}), .truncated = true}, messages({4}), 2).truncated);
}

TEST(ValkeyMerging, APageIsNewestFirst) {
  const auto page =
      merged_page(store::MessagePage{.messages = messages({3, 1}), .has_more = false}, messages({3, 5}), 2);
  EXPECT_THAT(ids(page.messages), ElementsAre(5, 3));
  EXPECT_TRUE(page.has_more);
  const auto whole =
      merged_page(store::MessagePage{.messages = messages({1}), .has_more = false}, messages({5}), 2);
  EXPECT_FALSE(whole.has_more);
  EXPECT_TRUE(
      merged_page(store::MessagePage{.messages = messages({1}), .has_more = true}, messages({}), 2).has_more);
}

TEST(ValkeyMerging, MemoryAloneIsCutTheSameWay) {
  const auto all = newest_of<store::Messages>(messages({1, 2, 3}), 3);
  EXPECT_FALSE(all.truncated);
  const auto cut = newest_of<store::Messages>(messages({1, 2, 3}), 1);
  EXPECT_THAT(ids(cut.messages), ElementsAre(3));
  EXPECT_TRUE(cut.truncated);
}

}  // namespace
}  // namespace chatserver::cache::valkey
