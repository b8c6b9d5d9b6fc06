#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace chatserver::cache::valkey {

// Answers of the database and what memory adds to them, as one answer of the same kind.
// `remembered` is oldest first and has nothing beyond what was asked for.
//
// Threading: pure.

// The newest `limit` of `messages`, which are oldest first.
template <class Answer, class AnyMessage>
[[nodiscard]] Answer newest_of(std::vector<AnyMessage> messages, std::size_t limit) {
  const bool truncated = messages.size() > limit;
  if (truncated) messages.erase(messages.begin(), messages.end() - static_cast<std::ptrdiff_t>(limit));
  return {.messages = std::move(messages), .truncated = truncated};
}

// What both have counts once.
template <class AnyMessage>
[[nodiscard]] std::vector<AnyMessage> united(std::vector<AnyMessage> stored,
                                             std::vector<AnyMessage> remembered) {
  std::vector<AnyMessage> all;
  all.reserve(stored.size() + remembered.size());
  std::ranges::set_union(
      std::make_move_iterator(stored.begin()), std::make_move_iterator(stored.end()),
      std::make_move_iterator(remembered.begin()), std::make_move_iterator(remembered.end()),
      std::back_inserter(all), {}, [](const AnyMessage& one) { return one.cache_id; },
      [](const AnyMessage& one) { return one.cache_id; });
  return all;
}

// Ranges, oldest first.
template <class Answer, class AnyMessage>
[[nodiscard]] Answer merged(Answer stored, std::vector<AnyMessage> remembered, std::size_t limit) {
  Answer answer = newest_of<Answer>(united(std::move(stored.messages), std::move(remembered)), limit);
  answer.truncated = answer.truncated || stored.truncated;
  return answer;
}

// Pages, newest first.
template <class Page, class AnyMessage>
[[nodiscard]] Page merged_page(Page stored, std::vector<AnyMessage> remembered, std::size_t limit) {
  std::ranges::reverse(stored.messages);
  std::vector<AnyMessage> all = united(std::move(stored.messages), std::move(remembered));
  const bool more = all.size() > limit;
  if (more) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(limit));
  std::ranges::reverse(all);
  return {.messages = std::move(all), .has_more = stored.has_more || more};
}

}  // namespace chatserver::cache::valkey
