#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <string>

#include "base/log.hpp"
#include "model/rate_limit.hpp"
#include "store/opening.hpp"
#include "store/store.hpp"

namespace chatserver::store {

struct PostgresOptions {
  // A libpq connection string; TLS and more are in it. The database must exist, be
  // encoded in UTF-8 and be of version 13 or newer; ours in it is the schema `chatserver`.
  std::string url;

  // A server holds an advisory lock of the database, nodes share it.
  Access access = Access::server;

  // Connections that read, made when they are needed. One more writes.
  int pool = 4;

  // How long a call waits for a connection, and how long for its answer.
  std::chrono::milliseconds timeout{5000};

  // What a new database starts with; an existing one keeps its own.
  RateLimit initial_rate_limit;
};

// Opens the database, creating the schema or bringing it to this version as
// needed. `log` is told when the database is lost and when it is back.
[[nodiscard]] std::expected<std::unique_ptr<Store>, OpenError> open_postgres(const PostgresOptions& options,
                                                                             Log& log);

// Looks without changing anything, also beside a running server.
[[nodiscard]] std::expected<MigrationStatus, OpenError> migration_status(const PostgresOptions& options);

// "database chat at db.example.org:5432 as user chat", without the password.
[[nodiscard]] std::string description_of(const PostgresOptions& options);

}  // namespace chatserver::store
