#pragma once

#include <span>

#include "model/rate_limit.hpp"
#include "store/postgres/connection.hpp"

namespace chatserver::store::postgres {

// One step of the schema, from version `number - 1` to `number`.
struct Migration {
  int number;  // 1, 2, 3 … without holes
  const char* name;
  const char* sql;
};

// All of them, in order. One that has been released is never changed.
[[nodiscard]] std::span<const Migration> migrations();

// The version that this program works with.
[[nodiscard]] int schema_version();

// Runs those beyond the database's version and fills in what a new one starts
// with, in one transaction: a database is migrated whole or as it was. Takes as
// long as it takes, but waits only shortly for other users of the tables.
// Throws Failure.
void migrate(Connection& connection, const RateLimit& initial_rate_limit);

// The steps' texts, each in a file of its own.
extern const char* const tables_of_before;
extern const char* const tables_of_this_server;
extern const char* const rows_of_before;
extern const char* const tables_of_grants;
extern const char* const tables_of_changes;
extern const char* const tables_of_activity;
extern const char* const tables_of_search;
extern const char* const tables_of_nodes;
extern const char* const tables_of_records;

}  // namespace chatserver::store::postgres
