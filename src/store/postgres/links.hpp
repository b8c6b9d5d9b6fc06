#pragma once

#include <optional>

#include "store/grants.hpp"
#include "store/postgres/connection.hpp"

// The set-up link and invites, behind the Grants port. Those that write run
// inside the caller's transaction.
namespace chatserver::store::postgres {

[[nodiscard]] bool set_setup_link(Connection& connection, const SecretHash& link, Timestamp expires_at);
[[nodiscard]] bool setup_link_valid(Connection& connection, const SecretHash& link, Timestamp now);
[[nodiscard]] LinkOutcome use_setup_link(Connection& connection, const SecretHash& link, const Account& admin,
                                         Timestamp now);

void add_invite(Connection& connection, const Invite& invite);
[[nodiscard]] std::optional<Invite> find_invite(Connection& connection, const SecretHash& code,
                                                Timestamp now);
[[nodiscard]] LinkOutcome use_invite(Connection& connection, const SecretHash& code, const Account& account,
                                     Timestamp now);

}  // namespace chatserver::store::postgres
