#include "store/postgres/activity.hpp"

#include <string_view>

#include "store/message_counts.hpp"

namespace chatserver::store::postgres {
namespace {

constexpr Sql insert_starts = R"sql(
  INSERT INTO chat_sessions (owner_id, start_time, node)
  SELECT DISTINCT owner_id, start_time, $3
  FROM unnest($1::text[], $2::timestamptz[]) AS s (owner_id, start_time)
  WHERE NOT EXISTS (
    SELECT FROM chat_sessions AS c WHERE c.owner_id = s.owner_id AND c.start_time = s.start_time))sql";

// Closes those that are open, or were closed too early for a node that was taken for dead; those of which
// nothing is known are inserted as a whole. The clock may have been set back meanwhile: no session ends
// before it began.
constexpr Sql end_sessions = R"sql(
  WITH ended AS (
    SELECT owner_id, start_time, greatest(start_time, max(end_time)) AS end_time
    FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS s (owner_id, start_time, end_time)
    GROUP BY owner_id, start_time),
  closed AS (
    UPDATE chat_sessions AS c SET end_time = e.end_time, duration = e.end_time - e.start_time
    FROM ended AS e WHERE c.owner_id = e.owner_id AND c.start_time = e.start_time
      AND (c.end_time IS NULL OR c.end_time < e.end_time))
  INSERT INTO chat_sessions (owner_id, start_time, end_time, duration)
  SELECT owner_id, start_time, end_time, end_time - start_time FROM ended AS e
  WHERE NOT EXISTS (
    SELECT FROM chat_sessions AS c WHERE c.owner_id = e.owner_id AND c.start_time = e.start_time))sql";

constexpr Sql select_ended = R"sql(
  SELECT owner_id, start_time, end_time FROM chat_sessions WHERE owner_id = $1 AND end_time IS NOT NULL
  ORDER BY start_time, id)sql";

// Days of UTC since 1970. Of everybody the sums are kept.
constexpr Sql select_days = R"sql(
  SELECT day, session_count, duration FROM session_days WHERE day >= $1 AND session_count > 0 ORDER BY day)sql";
constexpr Sql select_days_of_user = R"sql(
  SELECT (start_time AT TIME ZONE 'UTC')::date - DATE '1970-01-01' AS day, count(*),
         coalesce(sum(extract(epoch FROM greatest(start_time, end_time) - start_time) * 1000000)
                    FILTER (WHERE isfinite(end_time)), 0)::bigint
  FROM chat_sessions WHERE owner_id = $2 AND start_time >= $1 AND isfinite(start_time)
  GROUP BY day ORDER BY day)sql";

std::vector<SessionDay> days_of(Rows rows) {
  std::vector<SessionDay> days;
  while (rows.next()) {
    days.push_back({.date = std::chrono::sys_days(std::chrono::days(rows.integer(0))),
                    .session_count = rows.integer(1),
                    .total_duration = std::chrono::microseconds(rows.integer(2))});
  }
  return days;
}

}  // namespace

void begin_sessions(Connection& connection, NodeId node, std::span<const SessionStart> sessions) {
  std::vector<std::string_view> owners;
  std::vector<Timestamp> starts;
  for (const SessionStart& session : sessions) {
    owners.emplace_back(session.owner.value());
    starts.push_back(session.start);
  }
  // First: whoever sees the sessions sees that their node is alive.
  note_heard(connection, node);
  connection.run(insert_starts, owners, starts, node);
}

void record_sessions(Connection& connection, std::span<const SessionRecord> sessions) {
  std::vector<std::string_view> owners;
  std::vector<Timestamp> starts;
  std::vector<Timestamp> ends;
  for (const SessionRecord& session : sessions) {
    owners.emplace_back(session.owner.value());
    starts.push_back(session.start);
    ends.push_back(session.end);
  }
  connection.run(end_sessions, owners, starts, ends);
}

std::vector<SessionRecord> sessions(Connection& connection, const UserId& user) {
  std::vector<SessionRecord> all;
  Rows rows = connection.run(select_ended, user);
  while (rows.next()) {
    all.push_back({.owner = UserId(rows.text(0)), .start = rows.time(1), .end = rows.time(2)});
  }
  return all;
}

std::vector<SessionDay> session_days(Connection& connection, const std::optional<UserId>& user,
                                     std::chrono::sys_days from) {
  if (user) return days_of(connection.run(select_days_of_user, Timestamp(from), *user));
  return days_of(connection.run(select_days, std::int64_t{from.time_since_epoch().count()}));
}

std::vector<ChannelCount> message_counts(Connection& connection) {
  Rows rows = connection.run(select_message_counts);
  return message_counts_of(rows);
}

}  // namespace chatserver::store::postgres
