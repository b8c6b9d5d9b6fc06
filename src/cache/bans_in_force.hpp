#pragma once

#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "model/ban.hpp"

namespace chatserver::cache {

// Who may not send just now.
//
// Threading: one thread. Limits: as many as are in force; those that ended go when their user is looked up.
class BansInForce {
 public:
  BansInForce() = default;
  explicit BansInForce(const std::vector<Ban>& bans) {
    for (const Ban& ban : bans) add(ban);
  }

  void add(const Ban& ban) { by_user_[ban.banished].push_back(ban); }

  void remove(BanId id) {
    for (auto& [user, bans] : by_user_) {
      if (std::erase_if(bans, [id](const Ban& ban) { return ban.id == id; }) > 0) return;
    }
  }

  [[nodiscard]] bool covers(const UserId& user, Timestamp now) {
    if (by_user_.empty()) return false;
    const auto found = by_user_.find(user);
    if (found == by_user_.end()) return false;
    std::erase_if(found->second, [now](const Ban& ban) { return !ban.in_force(now); });
    if (!found->second.empty()) return true;
    by_user_.erase(found);
    return false;
  }

 private:
  std::unordered_map<UserId, std::vector<Ban>> by_user_;
};

}  // namespace chatserver::cache
