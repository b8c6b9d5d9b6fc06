#include "store/postgres/pulses.hpp"

#include <chrono>

#include "base/check.hpp"
#include "store/activity.hpp"

namespace chatserver::store::postgres {
namespace {

constexpr Sql insert_node = "INSERT INTO node_pulses DEFAULT VALUES RETURNING node";

// A node that others took for dead comes back under its number.
constexpr Sql upsert_heard = R"sql(
  INSERT INTO node_pulses (node) VALUES ($1) ON CONFLICT (node) DO UPDATE SET heard_at = now())sql";
constexpr Sql upsert_alive = R"sql(
  INSERT INTO node_pulses (node, alive_at) VALUES ($1, $2)
  ON CONFLICT (node) DO UPDATE SET alive_at = excluded.alive_at, heard_at = now())sql";

// Rows of older servers may begin at any time that PostgreSQL knows, infinity included.
constexpr Sql end_open = R"sql(
  UPDATE chat_sessions AS s SET end_time = greatest(s.start_time, p.alive_at),
    duration = CASE WHEN isfinite(s.start_time) THEN greatest(s.start_time, p.alive_at) - s.start_time END
  FROM node_pulses AS p
  WHERE s.end_time IS NULL AND s.node = p.node AND p.node <> $1
    AND ($2 OR p.heard_at < now() - make_interval(secs => $3)))sql";
constexpr Sql delete_dead = R"sql(
  DELETE FROM node_pulses
  WHERE node NOT IN (0, $1) AND ($2 OR heard_at < now() - make_interval(secs => $3)))sql";

}  // namespace

NodeId new_node(Connection& connection) {
  Rows rows = connection.run(insert_node);
  check(rows.next(), "an insertion returns its row");
  return NodeId(rows.integer(0));
}

void note_heard(Connection& connection, NodeId node) {
  connection.run(upsert_heard, node);
}

void note_alive(Connection& connection, NodeId node, Timestamp now) {
  connection.run(upsert_alive, node, now);
}

std::size_t end_sessions_of(Connection& connection, Dead dead, NodeId self) {
  const bool all = dead == Dead::all_others;
  const std::int64_t silence_s = std::chrono::seconds(Activity::node_silence).count();
  const auto ended = static_cast<std::size_t>(connection.run(end_open, self, all, silence_s).changed());
  connection.run(delete_dead, self, all, silence_s);
  return ended;
}

}  // namespace chatserver::store::postgres
