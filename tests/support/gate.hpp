#pragma once

#include "base/mutex.hpp"

namespace chatserver::test {

// Where a test holds up another thread. Threading: any.
class Gate {
 public:
  void close() {
    const MutexLock lock(mutex_);
    closed_ = true;
  }
  void open() {
    {
      const MutexLock lock(mutex_);
      closed_ = false;
    }
    changed_.notify_all();
  }

  // Waits while closed.
  void pass() {
    const MutexLock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    while (closed_) changed_.wait(mutex_);
  }

  // Waits until a thread has come to the gate for the `count`th time.
  void wait_for_arrival(int count) {
    const MutexLock lock(mutex_);
    while (arrived_ < count) changed_.wait(mutex_);
  }
  [[nodiscard]] int arrived() {
    const MutexLock lock(mutex_);
    return arrived_;
  }

 private:
  Mutex mutex_;
  ConditionVariable changed_;
  bool closed_ CHAT_GUARDED_BY(mutex_) = false;
  int arrived_ CHAT_GUARDED_BY(mutex_) = 0;
};

}  // namespace chatserver::test
