#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "model/message.hpp"
#include "store/search.hpp"

namespace chatserver::store {

// after < id <= up_to
struct IdRange {
  CacheId after;
  CacheId up_to;
};

// What is asked of an index: messages that have all of `all`, and one of `any` unless that is empty.
struct IndexQuery {
  std::vector<std::string> all;
  std::vector<std::string> any;
};

// One unchanging view of messages and their index, as a backend offers it to search().
// Lists are newest first, have the first `limit` of a range, and nothing that a purge hides.
//
// Threading: one thread. Errors: what the backend throws.
class SearchView {
 public:
  virtual ~SearchView() = default;

  // All messages up to there are in the index, by the present analysis.
  [[nodiscard]] virtual CacheId indexed_up_to() = 0;
  // Those that are called so, or were called so at the end.
  [[nodiscard]] virtual std::vector<ChannelId> channels_called(const std::vector<std::string>& names) = 0;

  [[nodiscard]] virtual std::vector<CacheId> ids(IdRange range, std::size_t limit) = 0;
  // With the name that its channel has, or had at the end.
  [[nodiscard]] virtual std::vector<Message> messages(IdRange range, std::size_t limit) = 0;
  [[nodiscard]] virtual std::vector<CacheId> indexed(const IndexQuery& query, IdRange range,
                                                     std::size_t limit) = 0;
  // In the order of the ids, which are of this view.
  [[nodiscard]] virtual std::vector<Message> read(const std::vector<CacheId>& ids) = 0;
};

using SearchDeadline = std::chrono::steady_clock::time_point;

// What of query.unstored is or may be on the page of `query`, ascending. To be asked for before the view
// begins. Threading, errors: as search_messages().
[[nodiscard]] std::vector<Message> unstored_hits(const MessageQuery& query, SearchDeadline deadline);

// The page of `query` among `unstored`, which are its hits, and the messages up to `newest`: through what is
// not in the index yet, then down the index by ranges of ids, so that a word that is everywhere costs no more
// than the page that is asked for.
//
// Threading: as the view's. Errors: throws Unavailable at the deadline, which is looked at
// between two questions to the view.
[[nodiscard]] MessagePage search(SearchView& stored, const MessageQuery& query,
                                 std::span<const Message> unstored, CacheId newest, SearchDeadline deadline);

}  // namespace chatserver::store
