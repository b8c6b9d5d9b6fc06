#pragma once

#include "store/log_records.hpp"
#include "store/postgres/connection.hpp"
#include "store/store.hpp"

// Small tables that the server keeps in memory: users, bans, the rate limit. What
// each call means is said in store.hpp; those that write run inside the caller's
// transaction.
namespace chatserver::store::postgres {

void record_seen(Connection& connection, std::span<const SeenUser> users);
[[nodiscard]] std::vector<User> users(Connection& connection);

[[nodiscard]] std::vector<Ban> bans_in_force(Connection& connection, Timestamp now);
[[nodiscard]] Ban add_ban(Connection& connection, const Ban& ban);
[[nodiscard]] bool pardon(Connection& connection, BanId id, const Pardon& pardon);

[[nodiscard]] std::string server_id(Connection& connection);
[[nodiscard]] std::string claim_users(Connection& connection, std::string_view issuer,
                                      std::string_view former);
[[nodiscard]] LogRecord log_record(Connection& connection);
void record_log(Connection& connection, const LogRecord& record);
[[nodiscard]] RateLimit rate_limit(Connection& connection);
void set_rate_limit(Connection& connection, const RateLimit& limit);

// Fills in what a new database starts with and an adopted one may lack: its identity,
// the channel `General`, the rate limit.
void seed(Connection& connection, const RateLimit& initial_rate_limit);

}  // namespace chatserver::store::postgres
