#include "store/postgres/search_query.hpp"

#include <array>
#include <cstdint>

namespace chatserver::store::postgres {
namespace {

// A block of a level has 2 to this power ids.
constexpr std::array<int, 5> levels{12, 15, 18, 21, 24};

// Blocks that a query names at most, but for ranges beyond the last level's reach.
constexpr std::int64_t blocks_max = 3;

std::int64_t block_of(CacheId id, int level) {
  return id.value() >> level;
}

std::string block_term(int level, std::int64_t block) {
  return "_b" + std::to_string(level) + "." + std::to_string(block);
}

// The finest that needs few blocks.
int level_for(CacheId first, CacheId last) {
  for (const int level : levels) {
    if (block_of(last, level) - block_of(first, level) < blocks_max) return level;
  }
  return levels.back();
}

// Terms have no quotation marks and no backslashes.
std::string quoted(const std::string& term) {
  return '\'' + term + '\'';
}

std::string any_of(const std::vector<std::string>& terms) {
  std::string any;
  for (const std::string& term : terms) any += (any.empty() ? "" : " | ") + quoted(term);
  return '(' + any + ')';
}

}  // namespace

std::string block_terms(CacheId id) {
  std::string terms;
  for (const int level : levels) terms += block_term(level, block_of(id, level)) + ' ';
  return terms;
}

std::string tsquery_of(const IndexQuery& query) {
  std::string tsquery;
  const auto add = [&tsquery](const std::string& part) { tsquery += (tsquery.empty() ? "" : " & ") + part; };
  for (const std::string& term : query.all) add(quoted(term));
  if (!query.any.empty()) add(any_of(query.any));
  return tsquery;
}

std::string tsquery_of(const IndexQuery& query, IdRange range) {
  const CacheId first(range.after.value() + 1);
  const int level = level_for(first, range.up_to);
  std::vector<std::string> blocks;
  for (auto block = block_of(first, level); block <= block_of(range.up_to, level); ++block) {
    blocks.push_back(block_term(level, block));
  }
  return any_of(blocks) + " & " + tsquery_of(query);
}

}  // namespace chatserver::store::postgres
