#include "chat/last_admin.hpp"

namespace chatserver::chat {

bool is_last_admin(const UserId& user, std::span<const store::Account> accounts, const Directory& directory,
                   Timestamp now) {
  bool found = false;
  for (const store::Account& account : accounts) {
    if (!account.admin || account.disabled || directory.ban(account.id, now)) continue;
    if (account.id != user) return false;
    found = true;
  }
  return found;
}

}  // namespace chatserver::chat
