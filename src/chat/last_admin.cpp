#include "chat/last_admin.hpp"

#include <utility>

namespace chatserver::chat {

std::optional<std::vector<UserId>> other_admins(const UserId& user,
                                                std::span<const store::Account> accounts) {
  bool found = false;
  std::vector<UserId> others;
  for (const store::Account& account : accounts) {
    if (!account.admin || account.disabled) continue;
    if (account.id == user) {
      found = true;
    } else {
      others.push_back(account.id);
    }
  }
  return found ? std::optional(std::move(others)) : std::nullopt;
}

}  // namespace chatserver::chat
