#pragma once

#include "store/activity.hpp"
#include "store/sqlite/connection.hpp"

// The SQL of the port Activity. What each call means is said there; those that
// write run inside the caller's transaction.
namespace chatserver::store::sqlite {

void begin_sessions(Connection& connection, std::span<const SessionStart> sessions);
void record_sessions(Connection& connection, std::span<const SessionRecord> sessions);
[[nodiscard]] std::vector<SessionRecord> sessions(Connection& connection, const UserId& user);

void record_alive(Connection& connection, Timestamp now);
std::size_t end_abandoned_sessions(Connection& connection);

[[nodiscard]] std::vector<SessionDay> session_days(Connection& connection, const std::optional<UserId>& user,
                                                   std::chrono::sys_days from);
[[nodiscard]] std::vector<ChannelCount> message_counts(Connection& connection);

}  // namespace chatserver::store::sqlite
