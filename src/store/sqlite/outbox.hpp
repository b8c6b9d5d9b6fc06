#pragma once

#include <string_view>

#include "store/sqlite/connection.hpp"
#include "store/store.hpp"

// Changes that were committed and not applied yet. What each call means is said in
// changes.hpp; those that write run inside the caller's transaction.
namespace chatserver::store::sqlite {

// Write transactions come one after the other anyway.
inline void begin_changing(Connection& /*connection*/) {}
[[nodiscard]] ChangeId add_to_outbox(Connection& connection, std::string_view change, Timestamp now);
// Throws Unavailable for a row that cannot be read.
[[nodiscard]] std::vector<CommittedChange> unapplied_changes(Connection& connection, std::size_t limit);
void changes_applied(Connection& connection, ChangeId up_to);

}  // namespace chatserver::store::sqlite
