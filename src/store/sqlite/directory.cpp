#include "store/sqlite/directory.hpp"

#include "base/check.hpp"

namespace chatserver::store::sqlite {
namespace {

// The latest sighting names the user, in whatever order sightings arrive.
constexpr Sql upsert_user = R"sql(
  INSERT INTO users (issuer, sub, username, first_seen, last_seen) VALUES ('', ?1, ?2, ?3, ?3)
  ON CONFLICT (issuer, sub) DO UPDATE
  SET username = iif(excluded.last_seen >= last_seen, excluded.username, username),
      first_seen = min(first_seen, excluded.first_seen),
      last_seen = max(last_seen, excluded.last_seen))sql";

constexpr Sql select_bans_in_force = R"sql(
  SELECT id, owner_id, banished_id, reason, start_time, end_time, pardoned FROM bans
  WHERE pardoned = 0 AND (end_time IS NULL OR end_time > ?1) ORDER BY id)sql";

constexpr Sql insert_ban = R"sql(
  INSERT INTO bans (owner_id, banished_id, reason, start_time, end_time, pardoned)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6))sql";

// Who pardoned first stays on record.
constexpr Sql update_pardoned = R"sql(
  UPDATE bans SET pardoned = 1, pardoned_by = iif(pardoned, pardoned_by, ?2),
                  pardoned_at = iif(pardoned, pardoned_at, ?3)
  WHERE id = ?1)sql";

constexpr Sql upsert_rate_limit = R"sql(
  INSERT INTO rate_limiter (id, message_limit, window_seconds) VALUES (1, ?1, ?2)
  ON CONFLICT (id) DO UPDATE SET message_limit = excluded.message_limit, window_seconds = excluded.window_seconds
  )sql";

constexpr Sql update_users_issuer = R"sql(
  UPDATE server_instances SET users_issuer = ?1 WHERE users_issuer IS NULL OR users_issuer = ?2)sql";

// A random (version 4) UUID.
constexpr Sql insert_server = R"sql(
  INSERT INTO server_instances (id, server_id)
  SELECT 1, substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-4' || substr(h, 14, 3) || '-' ||
            substr('89ab', 1 + (unicode(substr(h, 17, 1)) & 3), 1) || substr(h, 18, 3) || '-' || substr(h, 21, 12)
  FROM (SELECT lower(hex(randomblob(16))) AS h))sql";

}  // namespace

void record_seen(Connection& connection, std::span<const SeenUser> users) {
  for (const SeenUser& seen : users) {
    Query(connection, upsert_user, seen.user.id, seen.user.username, seen.at).run();
  }
}

std::vector<User> users(Connection& connection) {
  std::vector<User> all;
  // Of two with one name, the present holder comes first.
  Query query(connection, "SELECT sub, username FROM users ORDER BY last_seen DESC, sub");
  while (query.next()) all.push_back({.id = UserId(query.text(0)), .username = query.text(1)});
  return all;
}

std::vector<Ban> bans_in_force(Connection& connection, Timestamp now) {
  std::vector<Ban> bans;
  Query query(connection, select_bans_in_force, now);
  while (query.next()) {
    bans.push_back({.id = BanId(query.integer(0)),
                    .owner = UserId(query.text(1)),
                    .banished = UserId(query.text(2)),
                    .reason = query.text(3),
                    .start = query.time(4),
                    .end = query.is_null(5) ? std::nullopt : std::optional(query.time(5)),
                    .pardoned = query.integer(6) != 0});
  }
  return bans;
}

Ban add_ban(Connection& connection, const Ban& ban) {
  Query(connection, insert_ban, ban.owner, ban.banished, ban.reason, ban.start, ban.end,
        std::int64_t{ban.pardoned})
      .run();
  Ban added = ban;
  added.id = BanId(connection.last_row_id());
  return added;
}

bool pardon(Connection& connection, BanId id, const Pardon& pardon) {
  Query(connection, update_pardoned, id, pardon.by, pardon.at).run();
  return connection.changes() > 0;
}

std::string server_id(Connection& connection) {
  Query query(connection, "SELECT server_id FROM server_instances WHERE id = 1");
  check(query.next(), "a database has one server");
  return query.text(0);
}

std::string claim_users(Connection& connection, const std::string& issuer, const std::string& former) {
  Query(connection, update_users_issuer, issuer, former).run();
  Query query(connection, "SELECT users_issuer FROM server_instances WHERE id = 1");
  check(query.next(), "a database has one server");
  return query.text(0);
}

RateLimit rate_limit(Connection& connection) {
  Query query(connection, "SELECT message_limit, window_seconds FROM rate_limiter");
  check(query.next(), "a database has a rate limit from the first");
  return {.messages = query.integer(0), .window = std::chrono::seconds(query.integer(1))};
}

void set_rate_limit(Connection& connection, const RateLimit& limit) {
  Query(connection, upsert_rate_limit, limit.messages, std::int64_t{limit.window.count()}).run();
}

void seed(Connection& connection, const RateLimit& initial_rate_limit) {
  Transaction transaction(connection);
  Query(connection, insert_server).run();
  Query(connection, "INSERT INTO channels (name, sort_order) VALUES ('General', 1)").run();
  set_rate_limit(connection, initial_rate_limit);
  transaction.commit();
}

}  // namespace chatserver::store::sqlite
