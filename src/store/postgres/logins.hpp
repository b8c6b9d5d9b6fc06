#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "store/grants.hpp"
#include "store/postgres/connection.hpp"

// Browser sessions, what is granted from them, and how all of it ends, behind the Grants
// port. Those that write run inside the caller's transaction.
namespace chatserver::store::postgres {

[[nodiscard]] bool add_session(Connection& connection, const BrowserSession& session);
[[nodiscard]] std::optional<BrowserSession> find_session(Connection& connection, const SecretHash& id,
                                                         Timestamp now);
void touch_session(Connection& connection, const SecretHash& id, Timestamp now, Timestamp expires_at);

// One login, or all of an account; `now`: tokens issued up to then are over.
void end_login(Connection& connection, std::string_view sid, const UserId& account, Timestamp now);
void end_logins(Connection& connection, const UserId& account, Timestamp now);

[[nodiscard]] std::vector<AccountChange> account_changes_after(Connection& connection, std::int64_t id,
                                                               std::size_t limit);

[[nodiscard]] std::size_t forget_expired_grants(Connection& connection, Timestamp now, std::size_t limit);

}  // namespace chatserver::store::postgres
