#include "store/sqlite/connection_pool.hpp"

#include <utility>

#include "base/check.hpp"
#include "store/store.hpp"

namespace chatserver::store::sqlite {

ConnectionPool::ConnectionPool(const std::filesystem::path& path, Mode mode, int size,
                               std::chrono::milliseconds timeout)
    : timeout_(timeout) {
  check(size >= 1, "a connection pool has at least one connection");
  for (int i = 0; i < size; ++i) free_.push_back(std::make_unique<Connection>(path, mode, timeout));
}

ConnectionPool::Lease ConnectionPool::lend() {
  const auto deadline = std::chrono::steady_clock::now() + timeout_;
  const MutexLock lock(mutex_);
  while (free_.empty()) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= left.zero()) throw Unavailable("store: all connections to the database are busy");
    freed_.wait_for(mutex_, left);
  }
  auto connection = std::move(free_.back());
  free_.pop_back();
  return {*this, std::move(connection)};
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const MutexLock lock(mutex_);
    free_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

}  // namespace chatserver::store::sqlite
