#pragma once

#include <expected>
#include <optional>

#include "store/grants.hpp"
#include "store/postgres/connection.hpp"

// Authorization codes and refresh families, behind the Grants port. Those that
// write run inside the caller's transaction.
namespace chatserver::store::postgres {

[[nodiscard]] bool add_code(Connection& connection, const AuthorizationCode& code);
[[nodiscard]] std::optional<TakenCode> take_code(Connection& connection, const SecretHash& code,
                                                 Timestamp now);

[[nodiscard]] bool start_family(Connection& connection, const RefreshFamily& family,
                                const SecretHash& first_secret, const SecretHash& code);
[[nodiscard]] std::optional<RefreshFamily> find_family(Connection& connection, const SecretHash& family,
                                                       Timestamp now);
[[nodiscard]] std::expected<RefreshFamily, RotationError> rotate(Connection& connection,
                                                                 const Rotation& rotation);
void revoke_family(Connection& connection, const SecretHash& family);

}  // namespace chatserver::store::postgres
