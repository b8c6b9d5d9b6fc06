#pragma once

#include <span>

#include "store/sqlite/connection.hpp"

namespace chatserver::store::sqlite {

// `PRAGMA application_id` of our databases: "chat" in ASCII.
inline constexpr int application_id = 0x63686174;

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

// Runs those beyond the database's version, each in a transaction of its own
// together with the new version. Throws SQLite::Exception.
void migrate(Connection& connection, std::span<const Migration> steps);

// Steps' texts that have a file of their own.
extern const char* const schema_of_changes;
extern const char* const schema_of_activity;
extern const char* const schema_of_search;
extern const char* const schema_of_records;

}  // namespace chatserver::store::sqlite
