#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace chatserver::store {

enum class Backend { sqlite, postgres };

struct Options {
  Backend backend = Backend::sqlite;

  // SQLite: the database file; empty for `chat.db` in the data directory.
  // PostgreSQL: a libpq connection string.
  std::string url;

  // Connections that read, and threads that use them: reads beyond these wait.
  int pool = 4;

  // How long one call may wait for the database before it counts as unavailable.
  std::chrono::milliseconds timeout{5000};
};

}  // namespace chatserver::store
