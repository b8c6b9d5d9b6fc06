#pragma once

#include <chrono>

#include "base/clock.hpp"
#include "base/mutex.hpp"

namespace chatserver::test {

// A ManualClock for tests with threads. Threading: any.
class SharedClock final : public Clock {
 public:
  [[nodiscard]] Monotonic monotonic() const noexcept override {
    const MutexLock lock(mutex_);
    return clock_.monotonic();
  }
  [[nodiscard]] Timestamp utc() const noexcept override {
    const MutexLock lock(mutex_);
    return clock_.utc();
  }

  void advance(std::chrono::microseconds by) {
    const MutexLock lock(mutex_);
    clock_.advance(by);
  }
  void set_utc(Timestamp to) {
    const MutexLock lock(mutex_);
    clock_.set_utc(to);
  }

 private:
  mutable Mutex mutex_;
  ManualClock clock_ CHAT_GUARDED_BY(mutex_);
};

}  // namespace chatserver::test
