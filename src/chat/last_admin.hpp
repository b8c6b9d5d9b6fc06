#pragma once

#include <span>

#include "base/clock.hpp"
#include "chat/directory.hpp"
#include "model/ids.hpp"
#include "store/accounts.hpp"

namespace chatserver::chat {

// Whether `user` is the only one of these local accounts who can administer: an admin who
// is neither disabled nor banned. With an outside issuer there are no accounts, and
// nobody is: who administers is known there alone. Threading: any.
[[nodiscard]] bool is_last_admin(const UserId& user, std::span<const store::Account> accounts,
                                 const Directory& directory, Timestamp now);

}  // namespace chatserver::chat
