#include "store/postgres/transaction.hpp"

#include <array>
#include <string>
#include <string_view>

#include "base/check.hpp"

namespace chatserver::store::postgres {
namespace {

constexpr Sql select_id = "SELECT pg_current_xact_id()::text::bigint";
constexpr Sql leave_trace =
    "UPDATE writer SET last_transaction = pg_current_xact_id()::text::bigint RETURNING last_transaction";
// Commands write beside a server: what one sees is all of what those before it did,
// and rows become visible in the order of their ids.
constexpr Sql lock_for_writing = "SELECT pg_advisory_xact_lock(1667785076, 3)";

// An id in the future: given out, and swallowed by a crash of the database together with its transaction.
constexpr std::string_view not_given_out = "22023";

std::string status_of(Connection& connection, std::int64_t transaction) {
  try {
    Rows rows = connection.run("SELECT pg_xact_status($1::bigint::text::xid8)", transaction);
    check(rows.next(), "a transaction has a fate");
    return std::string(rows.text(0));
  } catch (const Failure& failure) {
    if (failure.sqlstate() != not_given_out) throw;
    return "aborted";
  }
}

}  // namespace

Transaction::Transaction(Connection& connection, Trace trace) : Transaction(&connection) {
  const std::array<Statement, 3> opening{Statement("BEGIN"), Statement(lock_for_writing),
                                         Statement(trace == Trace::left ? leave_trace : select_id)};
  auto results = connection_.exchange(opening);
  check(results.back().next(), "a transaction has an id");
  id_ = results.back().integer(0);
}

Transaction::~Transaction() {
  if (!open_ || !connection_.usable()) return;
  try {
    const Rows undone = connection_.run("ROLLBACK");
  } catch (const Failure&) {
    connection_.disconnect();  // which undoes it too
  }
}

void Transaction::commit() {
  open_ = false;
  try {
    if (connection_.run("COMMIT").command() == "COMMIT") return;
  } catch (const Failure& failure) {
    if (failure.kind() == Failure::Kind::connection) throw Undecided(failure, id_);
    throw;
  }
  throw Failure(Failure::Kind::statement, "the transaction was rolled back");
}

Fate fate_of(Connection& connection, std::int64_t transaction, Trace trace) {
  if (trace == Trace::left) {
    Rows rows = connection.run("SELECT last_transaction FROM writer");
    check(rows.next(), "a database has its writer's row from the first");
    return rows.integer(0) == transaction ? Fate::committed : Fate::aborted;
  }
  const std::string status = status_of(connection, transaction);
  if (status == "in progress") return Fate::in_progress;
  return status == "committed" ? Fate::committed : Fate::aborted;
}

}  // namespace chatserver::store::postgres
