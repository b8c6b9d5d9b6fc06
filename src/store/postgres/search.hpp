#pragma once

#include <span>
#include <vector>

#include "store/postgres/connection.hpp"
#include "store/search.hpp"
#include "store/search_view.hpp"

// Search by a GIN index over tsvectors. What each call means is said in store/search.hpp;
// the index is written inside the caller's transaction.
namespace chatserver::store::postgres {

// `unstored`: see unstored_hits(). `newest`: of the messages that may be seen.
[[nodiscard]] MessagePage search_messages(Connection& connection, const MessageQuery& query,
                                          std::span<const Message> unstored, CacheId newest,
                                          SearchDeadline deadline);

// Whether index_messages() has anything to do.
[[nodiscard]] bool index_is_behind(Connection& connection, CacheId newest);
// `newest`: the last that will stay as it is; one that may be undone gives its id to another.
[[nodiscard]] IndexProgress index_messages(Connection& connection, CacheId newest, std::size_t limit);

// A statement for the end of an append: which of the messages came so late that the index has
// gone past them. Its rows are for index_late_messages().
[[nodiscard]] Statement select_late_messages(const std::vector<std::int64_t>& ids);
void index_late_messages(Connection& connection, Rows rows);

}  // namespace chatserver::store::postgres
