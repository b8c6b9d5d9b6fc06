#include "cache/valkey/own_users.hpp"

namespace chatserver::cache::valkey {

void OwnUsers::note(const std::vector<UserPresence>& changes) {
  const MutexLock lock(mutex_);
  for (const UserPresence& change : changes) {
    const auto known = users_.find(change.user.id);
    if (change.present) {
      if (known != users_.end() && known->second == change.user.username) continue;
      users_.insert_or_assign(change.user.id, change.user.username);
    } else {
      if (known == users_.end()) continue;
      users_.erase(known);
    }
    changed_.insert(change.user.id);
  }
}

std::vector<UserPresence> OwnUsers::take_changes(std::size_t most) {
  std::vector<UserPresence> changes;
  const MutexLock lock(mutex_);
  while (changes.size() < most && !changed_.empty()) {
    const UserId user = std::move(changed_.extract(changed_.begin()).value());
    const auto known = users_.find(user);
    const bool present = known != users_.end();
    changes.push_back(
        {.user = {.id = user, .username = present ? known->second : std::string{}}, .present = present});
  }
  return changes;
}

std::vector<UserPresence> OwnUsers::take_all() {
  std::vector<UserPresence> all;
  const MutexLock lock(mutex_);
  changed_.clear();
  all.reserve(users_.size());
  for (const auto& [user, name] : users_)
    all.push_back({.user = {.id = user, .username = name}, .present = true});
  return all;
}

}  // namespace chatserver::cache::valkey
