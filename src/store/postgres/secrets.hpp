#pragma once

#include "store/postgres/connection.hpp"
#include "store/secrets.hpp"

// The table behind the Secrets port. Those that write run inside the caller's transaction.
namespace chatserver::store::postgres {

[[nodiscard]] std::optional<Secret> find_secret(Connection& connection, std::string_view name);
[[nodiscard]] std::int64_t secret_version(Connection& connection, std::string_view name);
[[nodiscard]] bool replace_secret(Connection& connection, std::string_view name, std::int64_t replaced,
                                  std::string_view content);

}  // namespace chatserver::store::postgres
