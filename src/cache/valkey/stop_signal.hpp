#pragma once

#include <chrono>

#include "base/mutex.hpp"

namespace chatserver::cache::valkey {

// Ends waits. Threading: any.
class StopSignal {
 public:
  void give() CHAT_EXCLUDES(mutex_) {
    {
      const MutexLock lock(mutex_);
      given_ = true;
    }
    changed_.notify_all();
  }
  [[nodiscard]] bool given() const CHAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return given_;
  }
  // True when it was given, at the latest after `duration`.
  bool wait_for(std::chrono::milliseconds duration) const CHAT_EXCLUDES(mutex_) {
    const auto until = std::chrono::steady_clock::now() + duration;
    const MutexLock lock(mutex_);
    while (!given_) {
      const auto left = until - std::chrono::steady_clock::now();
      if (left <= left.zero()) return false;
      changed_.wait_for(mutex_, left);
    }
    return true;
  }

 private:
  mutable Mutex mutex_;
  mutable ConditionVariable changed_;
  bool given_ CHAT_GUARDED_BY(mutex_) = false;
};

}  // namespace chatserver::cache::valkey
