#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "cache/valkey/entry.hpp"

namespace chatserver::cache::valkey {

// How far this node is: what the reader of the log tells those that write to it.
//
// Threading: any.
class Standing {
 public:
  // Under which generation of the log we stand; empty: under none, nothing can be written.
  void attach(std::string generation, Timestamp nonces_since) CHAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    generation_ = std::move(generation);
    nonces_since_ = nonces_since;
  }
  void detach() CHAT_EXCLUDES(mutex_) { attach("", {}); }
  [[nodiscard]] std::string generation() const CHAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return generation_;
  }

  // Nonces that were used before are known to the database alone.
  [[nodiscard]] Timestamp nonces_since() const CHAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return nonces_since_;
  }

  // Everything up to `entry` was delivered here.
  void saw(EntryId entry) CHAT_EXCLUDES(mutex_) {
    {
      const MutexLock lock(mutex_);
      seen_ = entry;
    }
    changed_.notify_all();
  }
  [[nodiscard]] EntryId seen() const CHAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return seen_;
  }
  // False when `most` passed first.
  [[nodiscard]] bool wait_until_seen(EntryId entry, std::chrono::milliseconds most) CHAT_EXCLUDES(mutex_) {
    const auto deadline = std::chrono::steady_clock::now() + most;
    const MutexLock lock(mutex_);
    while (seen_ < entry && changed_.wait_until(mutex_, deadline)) {
    }
    return seen_ >= entry;
  }

 private:
  mutable Mutex mutex_;
  ConditionVariable changed_;
  std::string generation_ CHAT_GUARDED_BY(mutex_);
  Timestamp nonces_since_ CHAT_GUARDED_BY(mutex_);
  EntryId seen_ CHAT_GUARDED_BY(mutex_);
};

}  // namespace chatserver::cache::valkey
