#include "store/postgres/migrations.hpp"

#include <array>
#include <string>

#include "store/postgres/directory.hpp"
#include "store/postgres/server_lock.hpp"
#include "store/postgres/transaction.hpp"

namespace chatserver::store::postgres {
namespace {

constexpr Sql schema_exists = "SELECT to_regnamespace('chatserver') IS NOT NULL";

// Another program that is at work in the tables must not hold up the start for ever.
constexpr const char* limits = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10s';";

constexpr const char* history_table = R"sql(
CREATE TABLE IF NOT EXISTS chatserver.schema_history (
  version    integer PRIMARY KEY,
  name       text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
))sql";

// Null until a server has started: nobody has asked whose they are before.
constexpr const char* issuer_of_users = "ALTER TABLE server_instances ADD COLUMN users_issuer text";

// Said at LogRecord.
constexpr const char* record_of_log = R"sql(
ALTER TABLE server_instances
  ADD COLUMN log_process text NOT NULL DEFAULT '',
  ADD COLUMN log_left_at text NOT NULL DEFAULT '')sql";

std::array<Migration, 11> all() {
  return {{{.number = 1, .name = "the tables that an older installation has", .sql = tables_of_before},
           {.number = 2, .name = "marks, nonces, tombstones, users, accounts", .sql = tables_of_this_server},
           {.number = 3, .name = "ids, names and channels of older messages", .sql = rows_of_before},
           {.number = 4, .name = "what the embedded issuer grants", .sql = tables_of_grants},
           {.number = 5, .name = "deleted channels, the outbox of changes", .sql = tables_of_changes},
           {.number = 6, .name = "activity, and users by name", .sql = tables_of_activity},
           {.number = 7, .name = "search", .sql = tables_of_search},
           {.number = 8, .name = "which node a session is on", .sql = tables_of_nodes},
           {.number = 9, .name = "whose users these are", .sql = issuer_of_users},
           {.number = 10, .name = "sessions by day, who pardoned", .sql = tables_of_records},
           {.number = 11, .name = "where the log was left", .sql = record_of_log}}};
}

std::int64_t version_of(Connection& connection) {
  Rows rows = connection.run("SELECT coalesce(max(version), 0) FROM chatserver.schema_history");
  return rows.next() ? rows.integer(0) : 0;
}

}  // namespace

std::span<const Migration> migrations() {
  static const auto steps = all();
  return steps;
}

int schema_version() {
  return migrations().back().number;
}

void migrate(Connection& connection, const RateLimit& initial_rate_limit) {
  connection.set_deadline(Connection::Deadline::max());
  Transaction transaction(connection);
  connection.script(limits);
  lock_schema(connection);
  Rows exists = connection.run(schema_exists);
  // Not IF NOT EXISTS, which asks for the right to make schemas all the same.
  if (!exists.next() || !exists.boolean(0)) connection.script("CREATE SCHEMA chatserver");
  connection.script(history_table);
  const std::int64_t version = version_of(connection);
  for (const Migration& step : migrations()) {
    if (step.number <= version) continue;
    connection.script(step.sql);
    connection.run("INSERT INTO chatserver.schema_history (version, name) VALUES ($1, $2)",
                   std::int64_t{step.number}, std::string_view(step.name));
  }
  seed(connection, initial_rate_limit);
  transaction.commit();
}

}  // namespace chatserver::store::postgres
