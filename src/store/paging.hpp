#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "model/ids.hpp"

// How every backend turns "the newest `limit`" into rows and back. A `Rows` goes
// from one row to the next with next(), newest first.
namespace chatserver::store {

// How the streams are numbered in tables.
enum class Stream : std::int64_t { messages = 1, private_messages = 2 };

// A number of rows, as databases count them.
[[nodiscard]] constexpr std::int64_t row_count(std::size_t rows) noexcept {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  return rows < static_cast<std::size_t>(most) ? static_cast<std::int64_t>(rows) : most;
}

// Rows to ask for in order to learn whether there are more than `limit`.
[[nodiscard]] constexpr std::int64_t one_more_than(std::size_t limit) noexcept {
  return limit < std::numeric_limits<std::size_t>::max() ? row_count(limit + 1) : row_count(limit);
}

// The upper bound of a page that ends before `before`, or at the newest.
[[nodiscard]] constexpr CacheId last_before(std::optional<CacheId> before) noexcept {
  return before ? CacheId(before->value() - 1) : CacheId(std::numeric_limits<std::int64_t>::max());
}

template <class Value>
struct Newest {
  std::vector<Value> values;  // newest first
  bool more = false;
};

// The first `limit` rows of a query that asked for one_more_than(limit).
template <class Rows, class Read>
[[nodiscard]] auto read_newest(Rows& rows, std::size_t limit, Read read) {
  Newest<decltype(read(rows))> newest;
  while (rows.next()) {
    if (newest.values.size() == limit) {
      newest.more = true;
      break;
    }
    newest.values.push_back(read(rows));
  }
  return newest;
}

// The same, oldest first, as a Result of store.hpp.
template <class Result, class Value>
[[nodiscard]] Result oldest_first(Newest<Value> newest) {
  std::ranges::reverse(newest.values);
  return {.messages = std::move(newest.values), .truncated = newest.more};
}

// The same, newest first, as a page of store.hpp.
template <class Page, class Value>
[[nodiscard]] Page page_of(Newest<Value> newest) {
  return {.messages = std::move(newest.values), .has_more = newest.more};
}

}  // namespace chatserver::store
