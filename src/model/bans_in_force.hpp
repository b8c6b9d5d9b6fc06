#pragma once

#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "model/ban.hpp"

namespace chatserver {

// Who is kept out just now; to be asked often, so by user.
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
    for (auto user = by_user_.begin(); user != by_user_.end(); ++user) {
      if (std::erase_if(user->second, [id](const Ban& ban) { return ban.id == id; }) == 0) continue;
      if (user->second.empty()) by_user_.erase(user);
      return;
    }
  }

  // The one that ends last, of equal ones the first; null: the user is not banned. Valid until the next call.
  [[nodiscard]] const Ban* longest(const UserId& user, Timestamp now) {
    if (by_user_.empty()) return nullptr;
    const auto found = by_user_.find(user);
    if (found == by_user_.end()) return nullptr;
    std::vector<Ban>& bans = found->second;
    std::erase_if(bans, [now](const Ban& ban) { return !ban.in_force(now); });
    if (bans.empty()) {
      by_user_.erase(found);
      return nullptr;
    }
    const Ban* longest = &bans.front();
    for (const Ban& ban : bans) {
      if (longest->end && (!ban.end || *ban.end > *longest->end)) longest = &ban;
    }
    return longest;
  }

 private:
  std::unordered_map<UserId, std::vector<Ban>> by_user_;
};

}  // namespace chatserver
