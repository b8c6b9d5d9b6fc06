#pragma once

#include "store/accounts.hpp"
#include "store/postgres/connection.hpp"

// The table behind the Accounts port. Those that write run inside the caller's transaction.
namespace chatserver::store::postgres {

[[nodiscard]] bool add_account(Connection& connection, const Account& account);
[[nodiscard]] std::optional<Account> find_account(Connection& connection, std::string_view username);
[[nodiscard]] std::optional<Account> find_account_by_id(Connection& connection, const UserId& id);
[[nodiscard]] std::vector<Account> accounts(Connection& connection);

[[nodiscard]] bool set_password(Connection& connection, const UserId& id, std::string_view password_hash,
                                Timestamp now);
[[nodiscard]] bool set_admin(Connection& connection, const UserId& id, bool admin, Timestamp now);
[[nodiscard]] bool set_disabled(Connection& connection, const UserId& id, bool disabled, Timestamp now);

[[nodiscard]] bool has_admin(Connection& connection);

}  // namespace chatserver::store::postgres
