#include "store/postgres/search_query.hpp"

#include <cstdint>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::store::postgres {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

IdRange range(std::int64_t after, std::int64_t up_to) {
  return {.after = CacheId(after), .up_to = CacheId(up_to)};
}

TEST(SearchQuery, TermsAreQuotedAndJoined) {
  EXPECT_EQ(tsquery_of({.all = {"chat", "42"}, .any = {"_c1", "_c2"}}, range(0, 10)),
            "('_b12.0') & 'chat' & '42' & ('_c1' | '_c2')");
  EXPECT_EQ(tsquery_of({.all = {"chat", "42"}, .any = {"_c1"}}), "'chat' & '42' & ('_c1')");
  EXPECT_EQ(tsquery_of({.all = {}, .any = {"_c1"}}), "('_c1')");
  EXPECT_EQ(tsquery_of({.all = {"chat"}, .any = {}}, range(4095, 4096)), "('_b12.1') & 'chat'");
}

TEST(SearchQuery, ARangeAsksForEveryBlockThatItTouches) {
  EXPECT_THAT(tsquery_of({.all = {"x"}, .any = {}}, range(4094, 8192)),
              StartsWith("('_b12.0' | '_b12.1' | '_b12.2') "));
}

TEST(SearchQuery, AMessageIsInABlockOfEveryRangeThatHoldsIt) {
  constexpr std::int64_t id = 1'234'567;
  const std::string terms = " " + block_terms(CacheId(id));
  for (std::int64_t size = 1; size <= 4 * id; size *= 3) {
    const std::string query =
        tsquery_of({.all = {"x"}, .any = {}}, range(std::max(id - size, std::int64_t{0}), id));
    const auto begin = query.find("_b");
    const auto level = query.substr(begin, query.find('.', begin) - begin + 1);
    const auto at = terms.find(level);
    ASSERT_NE(at, std::string::npos);
    EXPECT_THAT(query, HasSubstr('\'' + terms.substr(at, terms.find(' ', at) - at) + '\'')) << size;
  }
}

TEST(SearchQuery, RangesOfAnySizeNameFewBlocks) {
  for (std::int64_t size = 1; size < std::int64_t{1} << 26U; size *= 2) {
    const std::string query = tsquery_of({.all = {"x"}, .any = {}}, range(size / 3, size / 3 + size));
    EXPECT_LE(std::ranges::count(query, '|'), 2) << size;
  }
}

}  // namespace
}  // namespace chatserver::store::postgres
