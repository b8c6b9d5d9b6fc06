#include "auth/key_ring.hpp"

#include <utility>

namespace chatserver::auth {

std::shared_ptr<const KeySet> KeyRing::keys(Monotonic now) const {
  const MutexLock lock(mutex_);
  // Not `now - fetched_at_ > max_stale_`: never_stale does not fit into nanoseconds.
  if (std::chrono::floor<std::chrono::milliseconds>(now - fetched_at_) > max_stale_) return nullptr;
  return keys_;
}

bool KeyRing::usable(Monotonic now) const {
  return keys(now) != nullptr;
}

void KeyRing::replace(KeySet keys, Monotonic fetched_at) {
  auto fresh = std::make_shared<const KeySet>(std::move(keys));
  const MutexLock lock(mutex_);
  keys_.swap(fresh);  // the old set is freed after the lock
  fetched_at_ = fetched_at;
}

}  // namespace chatserver::auth
