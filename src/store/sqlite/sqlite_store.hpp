#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "model/rate_limit.hpp"
#include "store/store.hpp"

namespace chatserver::store {

// Who opens the database.
enum class Access {
  // The one process that serves from it: holds `<path>.lock` until the store is
  // destroyed or the process ends, however it ends.
  server,
  // A command beside a running server: works without the lock, unless the schema
  // must be created or changed first.
  tool,
};

struct SqliteOptions {
  // The database file. Missing directories above it are made, mode 0700.
  std::filesystem::path path;
  Access access = Access::server;

  // Connections that read. One more writes.
  int pool = 4;

  // How long a call waits for a connection or for another process' write.
  std::chrono::milliseconds timeout{5000};

  // What a new database starts with; an existing one keeps its own.
  RateLimit initial_rate_limit;
};

enum class OpenFailure {
  newer_version,  // a later release of this program has changed its schema
  foreign,        // not a database, or one of something else
  locked,         // another process holds it
  unwritable,     // it, or its directory, cannot be read and written
  failed,         // anything else: damaged, disk full …
};

// Why a database was not opened. What is refused has not been changed.
struct OpenError {
  OpenFailure reason;
  std::string detail;  // for the operator: what is wrong, where, what to do
};

// Opens the database, creating it or bringing it to this version's schema as needed.
[[nodiscard]] std::expected<std::unique_ptr<Store>, OpenError> open_sqlite(const SqliteOptions& options);

// What opening the database would do to its schema.
struct MigrationStatus {
  int current = 0;  // 0: there is no database yet
  int target = 0;
  std::vector<std::string> pending;  // names, in the order they would run
};

// Looks without changing anything, also beside a running server.
[[nodiscard]] std::expected<MigrationStatus, OpenError> migration_status(const std::filesystem::path& path);

}  // namespace chatserver::store
