#pragma once

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/mutex.hpp"
#include "store/store.hpp"

namespace chatserver::store {

// A fixed number of connections, or of what holds one, lent to one caller each.
//
// Threading: any. Limits: who finds none free waits, at most `timeout`.
template <class Resource>
class LendingPool {
 public:
  // Holds a resource until it is destroyed. Must not outlive its pool.
  class Lease {
   public:
    Lease(LendingPool& pool, std::unique_ptr<Resource> resource)
        : pool_(pool), resource_(std::move(resource)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { pool_.give_back(std::move(resource_)); }

    [[nodiscard]] Resource& operator*() const noexcept { return *resource_; }

   private:
    LendingPool& pool_;
    std::unique_ptr<Resource> resource_;
  };

  LendingPool(std::vector<std::unique_ptr<Resource>> resources, std::chrono::milliseconds timeout)
      : timeout_(timeout), free_(std::move(resources)) {
    check(!free_.empty(), "a pool has at least one to lend");
  }
  LendingPool(const LendingPool&) = delete;
  LendingPool& operator=(const LendingPool&) = delete;

  // Throws Unavailable when none became free in time.
  [[nodiscard]] Lease lend() CHAT_EXCLUDES(mutex_) {
    const auto deadline = std::chrono::steady_clock::now() + timeout_;
    const MutexLock lock(mutex_);
    while (free_.empty() && freed_.wait_until(mutex_, deadline)) {
    }
    if (free_.empty()) throw Unavailable("store: all connections to the database are busy");
    auto resource = std::move(free_.back());
    free_.pop_back();
    return {*this, std::move(resource)};
  }

 private:
  void give_back(std::unique_ptr<Resource> resource) CHAT_EXCLUDES(mutex_) {
    {
      const MutexLock lock(mutex_);
      free_.push_back(std::move(resource));
    }
    freed_.notify_one();
  }

  const std::chrono::milliseconds timeout_;
  Mutex mutex_;
  ConditionVariable freed_;
  std::vector<std::unique_ptr<Resource>> free_ CHAT_GUARDED_BY(mutex_);
};

}  // namespace chatserver::store
