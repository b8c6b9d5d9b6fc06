#include "auth/seen_tokens.hpp"

#include <algorithm>

namespace chatserver::auth {

bool SeenTokens::use(std::string_view token_id, Timestamp until, Timestamp now) {
  const MutexLock lock(mutex_);
  const auto known = until_.find(std::string(token_id));
  if (known != until_.end() && now < known->second) return false;
  if (until_.size() >= entries_max_) forget_those_over(now);
  if (until_.size() >= entries_max_) return true;
  until_.insert_or_assign(std::string(token_id), until);
  next_over_ = std::min(next_over_, until);
  return true;
}

// A full table is searched only when there is something to be found.
void SeenTokens::forget_those_over(Timestamp now) {
  if (now < next_over_) return;
  std::erase_if(until_, [&](const auto& entry) { return entry.second <= now; });
  next_over_ = Timestamp::max();
  for (const auto& entry : until_) next_over_ = std::min(next_over_, entry.second);
}

}  // namespace chatserver::auth
