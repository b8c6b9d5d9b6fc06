#pragma once

#include <chrono>
#include <memory>

#include "auth/key_set.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"

namespace chatserver::auth {

// The keys in force: written by whoever fetches or makes them, read by every
// connect. Keys older than `max_stale` do not count: nobody gets in when the
// part that decides is down for good.
//
// Threading: any.
class KeyRing {
 public:
  explicit KeyRing(std::chrono::milliseconds max_stale) : max_stale_(max_stale) {}

  // For keys that cannot go stale, because this process makes them.
  static constexpr std::chrono::milliseconds never_stale = std::chrono::milliseconds::max();

  // Null when none were ever fetched or the last ones are too old. The answer
  // to "no keys" is 503, never yes and never 401.
  [[nodiscard]] std::shared_ptr<const KeySet> keys(Monotonic now) const CHAT_EXCLUDES(mutex_);
  [[nodiscard]] bool usable(Monotonic now) const CHAT_EXCLUDES(mutex_);

  // From now on only these; keys no longer listed are dropped.
  void replace(KeySet keys, Monotonic fetched_at) CHAT_EXCLUDES(mutex_);

 private:
  const std::chrono::milliseconds max_stale_;
  mutable Mutex mutex_;
  std::shared_ptr<const KeySet> keys_ CHAT_GUARDED_BY(mutex_);
  Monotonic fetched_at_ CHAT_GUARDED_BY(mutex_);
};

}  // namespace chatserver::auth
