#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/mutex.hpp"
#include "cache/presence_exchange.hpp"

namespace chatserver::cache::valkey {

// Who is present on this node, and of whom that is still to be told: the state of each user once,
// however often it changed.
//
// Threading: any. Limits: an entry a user who is present or has left since it was last told.
class OwnUsers {
 public:
  void note(const std::vector<UserPresence>& changes) CHAT_EXCLUDES(mutex_);

  // Some of what has changed since it was taken, at most `most`; empty: nothing.
  [[nodiscard]] std::vector<UserPresence> take_changes(std::size_t most) CHAT_EXCLUDES(mutex_);
  // Everybody, in place of what has changed.
  [[nodiscard]] std::vector<UserPresence> take_all() CHAT_EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  std::unordered_map<UserId, std::string> users_ CHAT_GUARDED_BY(mutex_);
  std::unordered_set<UserId> changed_ CHAT_GUARDED_BY(mutex_);
};

}  // namespace chatserver::cache::valkey
