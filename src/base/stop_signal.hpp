#pragma once

#include <chrono>

#include "base/mutex.hpp"

namespace chatserver {

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
  bool wait_for(std::chrono::steady_clock::duration duration) const CHAT_EXCLUDES(mutex_) {
    const auto deadline = std::chrono::steady_clock::now() + duration;
    const MutexLock lock(mutex_);
    while (!given_ && changed_.wait_until(mutex_, deadline)) {
    }
    return given_;
  }

 private:
  mutable Mutex mutex_;
  mutable ConditionVariable changed_;
  bool given_ CHAT_GUARDED_BY(mutex_) = false;
};

}  // namespace chatserver
