#pragma once

#include <string_view>

#include "store/postgres/connection.hpp"
#include "store/store.hpp"

// Changes that were committed and not applied yet. What each call means is said in
// changes.hpp; those that write run inside the caller's transaction.
namespace chatserver::store::postgres {

// Waits for the appends and changes of other nodes that have begun: what they wrote is seen by this
// transaction, those that come later see what it does, and ids of changes ascend in the order of commits.
void begin_changing(Connection& connection);
[[nodiscard]] ChangeId add_to_outbox(Connection& connection, std::string_view change, Timestamp now);
// Throws Unavailable for a row that cannot be read.
[[nodiscard]] std::vector<CommittedChange> unapplied_changes(Connection& connection, std::size_t limit);
void changes_applied(Connection& connection, ChangeId up_to);

}  // namespace chatserver::store::postgres
