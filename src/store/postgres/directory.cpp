#include "store/postgres/directory.hpp"

#include "base/check.hpp"

namespace chatserver::store::postgres {
namespace {

// The latest sighting names the user, in whatever order sightings arrive.
constexpr Sql upsert_users = R"sql(
  INSERT INTO users (issuer, sub, username, first_seen, last_seen)
  SELECT '', sub, (array_agg(username ORDER BY seen_at DESC, position DESC))[1], min(seen_at), max(seen_at)
  FROM unnest($1::text[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS s (sub, username, seen_at, position)
  GROUP BY sub
  ON CONFLICT (issuer, sub) DO UPDATE
  SET username = CASE WHEN excluded.last_seen >= users.last_seen THEN excluded.username ELSE users.username END,
      first_seen = least(users.first_seen, excluded.first_seen),
      last_seen = greatest(users.last_seen, excluded.last_seen))sql";

constexpr Sql select_bans_in_force = R"sql(
  SELECT id, owner_id, banished_id, reason, start_time, end_time, pardoned FROM bans
  WHERE NOT pardoned AND (end_time IS NULL OR end_time > $1) ORDER BY id)sql";

constexpr Sql insert_ban = R"sql(
  INSERT INTO bans (owner_id, banished_id, reason, start_time, end_time, duration, pardoned)
  VALUES ($1, $2, $3, $4, $5, $5 - $4, $6) RETURNING id)sql";

// Who pardoned first stays on record.
constexpr Sql update_pardoned = R"sql(
  UPDATE bans SET pardoned = true, pardoned_by = CASE WHEN pardoned THEN pardoned_by ELSE $2 END,
                  pardoned_at = CASE WHEN pardoned THEN pardoned_at ELSE $3 END
  WHERE id = $1)sql";

constexpr Sql upsert_rate_limit = R"sql(
  INSERT INTO rate_limiter (owner_id, message_limit, window_seconds, updated_at) VALUES ('default', $1, $2, now())
  ON CONFLICT (owner_id) DO UPDATE
  SET message_limit = excluded.message_limit, window_seconds = excluded.window_seconds, updated_at = now())sql";

// Of the row that server_id() reads.
constexpr Sql update_users_issuer = R"sql(
  UPDATE server_instances SET users_issuer = $1
  WHERE id = (SELECT min(id) FROM server_instances) AND (users_issuer IS NULL OR users_issuer = $2))sql";

constexpr Sql select_log = "SELECT log_process, log_left_at FROM server_instances ORDER BY id LIMIT 1";
constexpr Sql update_log = R"sql(
  UPDATE server_instances SET log_process = $1, log_left_at = $2
  WHERE id = (SELECT min(id) FROM server_instances) AND (log_process, log_left_at) IS DISTINCT FROM ($1, $2))sql";

constexpr Sql seed_server = R"sql(
  INSERT INTO server_instances (server_id, server_name)
  SELECT id, id::text FROM (SELECT gen_random_uuid() AS id) AS new
  WHERE NOT EXISTS (SELECT FROM server_instances))sql";
constexpr Sql seed_channel = R"sql(
  INSERT INTO channels (name, sort_order) SELECT 'General', 1 WHERE NOT EXISTS (SELECT FROM channels))sql";
constexpr Sql seed_rate_limit = R"sql(
  INSERT INTO rate_limiter (owner_id, message_limit, window_seconds, updated_at) VALUES ('default', $1, $2, now())
  ON CONFLICT (owner_id) DO NOTHING)sql";

}  // namespace

void record_seen(Connection& connection, std::span<const SeenUser> users) {
  std::vector<std::string_view> ids;
  std::vector<std::string_view> names;
  std::vector<Timestamp> times;
  for (const SeenUser& seen : users) {
    ids.emplace_back(seen.user.id.value());
    names.emplace_back(seen.user.username);
    times.push_back(seen.at);
  }
  connection.run(upsert_users, ids, names, times);
}

std::vector<User> users(Connection& connection) {
  std::vector<User> all;
  // Of two with one name, the present holder comes first.
  Rows rows = connection.run("SELECT sub, username FROM users ORDER BY last_seen DESC, sub");
  while (rows.next()) all.push_back({.id = UserId(rows.text(0)), .username = rows.text(1)});
  return all;
}

std::vector<Ban> bans_in_force(Connection& connection, Timestamp now) {
  std::vector<Ban> bans;
  Rows rows = connection.run(select_bans_in_force, now);
  while (rows.next()) {
    bans.push_back({.id = BanId(rows.integer(0)),
                    .owner = UserId(rows.text(1)),
                    .banished = UserId(rows.text(2)),
                    .reason = rows.text(3),
                    .start = rows.time(4),
                    .end = rows.is_null(5) ? std::nullopt : std::optional(rows.time(5)),
                    .pardoned = rows.boolean(6)});
  }
  return bans;
}

Ban add_ban(Connection& connection, const Ban& ban) {
  Rows rows =
      connection.run(insert_ban, ban.owner, ban.banished, ban.reason, ban.start, ban.end, ban.pardoned);
  check(rows.next(), "an insertion returns its row");
  Ban added = ban;
  added.id = BanId(rows.integer(0));
  return added;
}

bool pardon(Connection& connection, BanId id, const Pardon& pardon) {
  return connection.run(update_pardoned, id, pardon.by, pardon.at).changed() > 0;
}

std::string server_id(Connection& connection) {
  Rows rows = connection.run("SELECT server_id::text FROM server_instances ORDER BY id LIMIT 1");
  check(rows.next(), "a database has a server");
  return rows.text(0);
}

std::string claim_users(Connection& connection, std::string_view issuer, std::string_view former) {
  connection.run(update_users_issuer, issuer, former);
  Rows rows = connection.run("SELECT users_issuer FROM server_instances ORDER BY id LIMIT 1");
  check(rows.next(), "a database has a server");
  return rows.text(0);
}

LogRecord log_record(Connection& connection) {
  Rows rows = connection.run(select_log);
  check(rows.next(), "a database has a server");
  return {.process = rows.text(0), .left_at = rows.text(1)};
}

void record_log(Connection& connection, const LogRecord& record) {
  connection.run(update_log, std::string_view(record.process), std::string_view(record.left_at));
}

RateLimit rate_limit(Connection& connection) {
  Rows rows =
      connection.run("SELECT message_limit, window_seconds FROM rate_limiter WHERE owner_id = 'default'");
  check(rows.next(), "a database has a rate limit from the first");
  return {.messages = rows.integer(0), .window = std::chrono::seconds(rows.integer(1))};
}

void set_rate_limit(Connection& connection, const RateLimit& limit) {
  connection.run(upsert_rate_limit, limit.messages, std::int64_t{limit.window.count()});
}

void seed(Connection& connection, const RateLimit& initial_rate_limit) {
  connection.run(seed_server);
  connection.run(seed_channel);
  connection.run(seed_rate_limit, initial_rate_limit.messages,
                 std::int64_t{initial_rate_limit.window.count()});
}

}  // namespace chatserver::store::postgres
