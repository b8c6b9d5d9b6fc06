#include "store/postgres/outbox.hpp"

#include "base/check.hpp"
#include "store/change_text.hpp"

namespace chatserver::store::postgres {
namespace {

// The first half is "chat" in ASCII, as for all our locks.
constexpr Sql lock_changes = "SELECT pg_advisory_xact_lock(1667785076, 3)";
constexpr Sql insert_row = "INSERT INTO outbox (change, committed_at) VALUES ($1, $2) RETURNING id";
constexpr Sql select_rows = "SELECT id, change FROM outbox ORDER BY id LIMIT $1";
constexpr Sql delete_rows = "DELETE FROM outbox WHERE id <= $1";

}  // namespace

void begin_changing(Connection& connection) {
  connection.run(lock_changes);
}

ChangeId add_to_outbox(Connection& connection, std::string_view change, Timestamp now) {
  Rows rows = connection.run(insert_row, change, now);
  check(rows.next(), "an insertion returns its row");
  return ChangeId(rows.integer(0));
}

std::vector<CommittedChange> unapplied_changes(Connection& connection, std::size_t limit) {
  std::vector<CommittedChange> all;
  Rows rows = connection.run(select_rows, static_cast<std::int64_t>(limit));
  while (rows.next()) all.push_back(committed_change(rows.integer(0), rows.text(1)));
  return all;
}

void changes_applied(Connection& connection, ChangeId up_to) {
  connection.run(delete_rows, up_to);
}

}  // namespace chatserver::store::postgres
