#include "store/postgres/server_lock.hpp"

#include <algorithm>
#include <thread>

#include "base/check.hpp"
#include "store/postgres/transaction.hpp"

namespace chatserver::store::postgres {
namespace {

// Advisory locks are numbered a database; the first half is "chat" in ASCII.
constexpr Sql try_lock = "SELECT pg_try_advisory_lock(1667785076, 1)";
constexpr Sql try_lock_shared = "SELECT pg_try_advisory_lock_shared(1667785076, 1)";
constexpr Sql lock_for_schema = "SELECT pg_advisory_xact_lock(1667785076, 2)";

constexpr Sql select_holder = R"sql(
  SELECT a.application_name, coalesce(host(a.client_addr), '')
  FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 1667785076 AND l.objid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))sql";

constexpr Sql select_session =
    "SELECT pid::bigint, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()";
constexpr Sql terminate_session =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2";

constexpr Sql raise_epoch = "UPDATE writer SET epoch = epoch + 1 RETURNING epoch";

// A process that was killed leaves its session behind for an instant.
constexpr std::chrono::milliseconds wait_max{2000};
constexpr std::chrono::milliseconds attempt_every{50};

}  // namespace

bool ServerLock::take(Connection& connection) {
  // The rest of the time is for those who then say who has it.
  const auto until = std::chrono::steady_clock::now() + std::min(wait_max, connection.timeout() / 2);
  for (bool first = true;; first = false) {
    Rows rows = connection.run(hold_ == Hold::alone ? try_lock : try_lock_shared);
    check(rows.next(), "a lock is taken or not");
    if (rows.boolean(0)) {
      remember_session(connection);
      return true;
    }
    if (std::chrono::steady_clock::now() >= until) return false;
    if (first) end_former_session(connection);
    std::this_thread::sleep_for(attempt_every);
  }
}

std::string ServerLock::holder(Connection& connection) {
  Rows rows = connection.run(select_holder);
  if (!rows.next()) return {};
  const std::string address = rows.text(1);
  return rows.text(0) + (address.empty() ? "" : " (" + address + ")");
}

void ServerLock::begin_epoch(Connection& connection) {
  Transaction transaction(connection);
  Rows rows = connection.run(raise_epoch);
  check(rows.next(), "a database has an epoch from the first");
  epoch_ = rows.integer(0);
  transaction.commit();
}

bool ServerLock::is_newest(Connection& connection) const {
  if (hold_ == Hold::shared) return true;
  Rows rows = connection.run("SELECT epoch FROM writer");
  return rows.next() && rows.integer(0) == epoch_;
}

void ServerLock::end_former_session(Connection& connection) const {
  if (session_) connection.run(terminate_session, session_->process, session_->since);
}

void ServerLock::remember_session(Connection& connection) {
  Rows rows = connection.run(select_session);
  check(rows.next(), "a session sees itself");
  session_ = {.process = rows.integer(0), .since = rows.time(1)};
}

void lock_schema(Connection& connection) {
  connection.run(lock_for_schema);
}

}  // namespace chatserver::store::postgres
