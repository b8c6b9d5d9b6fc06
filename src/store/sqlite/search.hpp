#pragma once

#include <optional>
#include <span>

#include "store/search.hpp"
#include "store/search_view.hpp"
#include "store/sqlite/connection.hpp"

// Search by FTS5. What each call means is said in store/search.hpp; the index is
// written inside the caller's transaction.
namespace chatserver::store::sqlite {

// `unstored`: see unstored_hits().
[[nodiscard]] MessagePage search_messages(Connection& connection, const MessageQuery& query,
                                          std::span<const Message> unstored, SearchDeadline deadline);

// Whether index_messages() has anything to do.
[[nodiscard]] bool index_is_behind(Connection& connection);
[[nodiscard]] IndexProgress index_messages(Connection& connection, std::size_t limit);

// All messages up to there are in the index.
[[nodiscard]] CacheId indexed_up_to(Connection& connection);
// For messages that come so late that the index has gone past them.
void index_message(Connection& connection, const Message& message);

}  // namespace chatserver::store::sqlite
