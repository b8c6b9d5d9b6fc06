#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/ids.hpp"
#include "model/message.hpp"
#include "store/message_page.hpp"

namespace chatserver::store {

// Messages of a cache that is ahead of the database: newest first, of those with a smaller id
// the newest `limit` that are accepted and, as far as the cache knows, not in the database yet.
using UnstoredMessages = std::function<std::vector<Message>(CacheId before, std::size_t limit)>;

// Which public messages are looked for: those that satisfy everything that is given.
struct MessageQuery {
  // All its words must be in the text, as search/analyzer.hpp sees them. One without any
  // (nothing but punctuation) finds nothing.
  std::optional<std::string> keyword;
  // Any of these, by present name; those of a deleted channel by its last. Empty: all.
  std::vector<std::string> channels;
  std::optional<UserId> author;
  std::optional<CacheId> before;  // older than this one
  // Looked through as well, unless empty: before the database, so that what gets there meanwhile counts once.
  UnstoredMessages unstored{};

  std::size_t offset = 0;  // of the newest, left out
  std::size_t limit = 0;
};

inline constexpr std::size_t unstored_hits_max = 10'000;

struct IndexProgress {
  std::size_t changed = 0;  // messages that came into the index or left it
  bool more = false;        // as many may be waiting
};

// Search in public messages that are neither deleted nor purged; private ones are in no index.
//
// The index follows behind the messages, by the id up to which it has them all; what
// is newer is read and looked through by the query itself. So a message is found from
// the moment that it is durable, and writing it costs nothing more.
//
// Threading: any; every call blocks. index_messages() by one thread at a time.
// Errors: throws Unavailable, search_messages() also when it takes longer than the store's timeout, or would
// have to hold more than unstored_hits_max of the messages that are not in the database yet.
class MessageSearch {
 public:
  virtual ~MessageSearch() = default;

  // Newest first. All of a page is of one moment; between two pages messages may come and
  // go, which shifts offsets. What is `before` a given message changes by deletions alone.
  [[nodiscard]] virtual MessagePage search_messages(const MessageQuery& query) = 0;

  // Brings at most `limit` messages into the index, oldest first, or out of it, in one
  // transaction. Begins anew when the analysis is no longer what the index was made by.
  [[nodiscard]] virtual IndexProgress index_messages(std::size_t limit) = 0;
};

}  // namespace chatserver::store
