#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/ids.hpp"
#include "store/accounts.hpp"

namespace chatserver::chat {

// Which of these local accounts can administer beside `user`: of them one must be left when `user` is banned.
// Nothing when `user` is not among those who can; so with an outside issuer, where there are no accounts and
// who administers is known there alone. Threading: pure.
[[nodiscard]] std::optional<std::vector<UserId>> other_admins(const UserId& user,
                                                              std::span<const store::Account> accounts);

}  // namespace chatserver::chat
