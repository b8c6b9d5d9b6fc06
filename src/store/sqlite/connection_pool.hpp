#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/mutex.hpp"
#include "store/sqlite/connection.hpp"

namespace chatserver::store::sqlite {

// A fixed number of connections, lent to one caller each.
//
// Threading: any. Limits: who finds none free waits, at most `timeout`.
class ConnectionPool {
 public:
  // Holds a connection until it is destroyed. Must not outlive its pool.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { pool_.give_back(std::move(connection_)); }

    [[nodiscard]] Connection& operator*() const noexcept { return *connection_; }

   private:
    ConnectionPool& pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Opens all of them; throws SQLite::Exception.
  ConnectionPool(const std::filesystem::path& path, Mode mode, int size, std::chrono::milliseconds timeout);
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  // Throws Unavailable when none became free in time.
  [[nodiscard]] Lease lend() CHAT_EXCLUDES(mutex_);

 private:
  void give_back(std::unique_ptr<Connection> connection) CHAT_EXCLUDES(mutex_);

  const std::chrono::milliseconds timeout_;
  Mutex mutex_;
  ConditionVariable freed_;
  std::vector<std::unique_ptr<Connection>> free_ CHAT_GUARDED_BY(mutex_);
};

}  // namespace chatserver::store::sqlite
