#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>

#include "model/rate_limit.hpp"
#include "store/opening.hpp"
#include "store/store.hpp"

namespace chatserver::store {

struct SqliteOptions {
  // The database file. Missing directories above it are made, mode 0700.
  std::filesystem::path path;

  // A server holds `<path>.lock`.
  Access access = Access::server;

  // Connections that read. One more writes.
  int pool = 4;

  // How long a call waits for a connection or for another process' write.
  std::chrono::milliseconds timeout{5000};

  // What a new database starts with; an existing one keeps its own.
  RateLimit initial_rate_limit;
};

// Opens the database, creating it or bringing it to this version's schema as needed.
[[nodiscard]] std::expected<std::unique_ptr<Store>, OpenError> open_sqlite(const SqliteOptions& options);

// Looks without changing anything, also beside a running server.
[[nodiscard]] std::expected<MigrationStatus, OpenError> migration_status(const std::filesystem::path& path);

}  // namespace chatserver::store
