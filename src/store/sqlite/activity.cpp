#include "store/sqlite/activity.hpp"

#include <cstdint>

#include "store/message_counts.hpp"

namespace chatserver::store::sqlite {
namespace {

constexpr Sql insert_start = R"sql(
  INSERT INTO chat_sessions (owner_id, start_time)
  SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM chat_sessions WHERE owner_id = ?1 AND start_time = ?2))sql";

// The clock may have been set back meanwhile: no session ends before it began.
constexpr Sql end_begun = R"sql(
  UPDATE chat_sessions SET end_time = max(start_time, ?3)
  WHERE owner_id = ?1 AND start_time = ?2 AND end_time IS NULL)sql";
constexpr Sql insert_whole = R"sql(
  INSERT INTO chat_sessions (owner_id, start_time, end_time)
  SELECT ?1, ?2, max(?2, ?3)
  WHERE NOT EXISTS (SELECT 1 FROM chat_sessions WHERE owner_id = ?1 AND start_time = ?2))sql";

constexpr Sql select_ended = R"sql(
  SELECT owner_id, start_time, end_time FROM chat_sessions WHERE owner_id = ?1 AND end_time IS NOT NULL
  ORDER BY start_time, id)sql";

constexpr Sql end_open = R"sql(
  UPDATE chat_sessions SET end_time = max(start_time, (SELECT alive_at FROM server_pulse))
  WHERE end_time IS NULL)sql";

// Of everybody the sums are kept; those of a user are one range of an index that has all there is to add up.
constexpr Sql select_days = R"sql(
  SELECT day, session_count, duration FROM session_days WHERE day >= ?1 AND session_count > 0 ORDER BY day)sql";
constexpr Sql select_days_of_user = R"sql(
  SELECT start_time / 86400000000 AS day, count(*), coalesce(sum(end_time - start_time), 0)
  FROM chat_sessions WHERE owner_id = ?2 AND start_time >= ?1 GROUP BY day ORDER BY day)sql";

std::vector<SessionDay> days_of(Query& query) {
  std::vector<SessionDay> days;
  while (query.next()) {
    days.push_back({.date = std::chrono::sys_days(std::chrono::days(query.integer(0))),
                    .session_count = query.integer(1),
                    .total_duration = std::chrono::microseconds(query.integer(2))});
  }
  return days;
}

}  // namespace

void begin_sessions(Connection& connection, std::span<const SessionStart> sessions) {
  for (const SessionStart& session : sessions) {
    Query(connection, insert_start, session.owner, session.start).run();
  }
}

void record_sessions(Connection& connection, std::span<const SessionRecord> sessions) {
  for (const SessionRecord& session : sessions) {
    Query(connection, end_begun, session.owner, session.start, session.end).run();
    if (connection.changes() > 0) continue;
    Query(connection, insert_whole, session.owner, session.start, session.end).run();
  }
}

std::vector<SessionRecord> sessions(Connection& connection, const UserId& user) {
  std::vector<SessionRecord> all;
  Query query(connection, select_ended, user);
  while (query.next()) {
    all.push_back({.owner = UserId(query.text(0)), .start = query.time(1), .end = query.time(2)});
  }
  return all;
}

void record_alive(Connection& connection, Timestamp now) {
  Query(connection, "UPDATE server_pulse SET alive_at = ?1", now).run();
}

std::size_t end_abandoned_sessions(Connection& connection) {
  Query(connection, end_open).run();
  return static_cast<std::size_t>(connection.changes());
}

std::vector<SessionDay> session_days(Connection& connection, const std::optional<UserId>& user,
                                     std::chrono::sys_days from) {
  if (!user) {
    Query query(connection, select_days, std::int64_t{from.time_since_epoch().count()});
    return days_of(query);
  }
  Query query(connection, select_days_of_user, Timestamp(from), *user);
  return days_of(query);
}

std::vector<ChannelCount> message_counts(Connection& connection) {
  Query query(connection, select_message_counts);
  return message_counts_of(query);
}

}  // namespace chatserver::store::sqlite
