#pragma once

#include <algorithm>
#include <span>
#include <unordered_map>

#include "model/ids.hpp"
#include "model/message.hpp"
#include "store/store.hpp"

namespace chatserver::cache {

// Behind which id the private messages of each user are all in this server's memory; up to it they are in the
// database alone. So who had none for a while needs no database to learn it.
//
// Threading: one thread at a time. Errors: none. Limits: one entry a user who ever had a private message.
class PrivateHorizon {
 public:
  PrivateHorizon() = default;
  explicit PrivateHorizon(std::span<const store::NewestPrivateMessage> in_database) {
    for (const store::NewestPrivateMessage& newest : in_database) raise(newest.user, newest.id);
  }

  [[nodiscard]] CacheId complete_after(const UserId& user) const {
    const auto found = of_.find(user);
    return found == of_.end() ? CacheId{} : found->second;
  }

  // It is in the database, and in memory no more.
  void pass(const PrivateMessage& message) {
    raise(message.author.id, message.cache_id);
    raise(message.recipient.id, message.cache_id);
  }

 private:
  void raise(const UserId& user, CacheId id) {
    CacheId& horizon = of_[user];
    horizon = std::max(horizon, id);
  }

  std::unordered_map<UserId, CacheId> of_;
};

}  // namespace chatserver::cache
