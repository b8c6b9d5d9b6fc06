#include "store/sqlite/migrations.hpp"

#include <array>
#include <string>

namespace chatserver::store::sqlite {
namespace {

// Times are microseconds since 1970 UTC. `cache_id` is the row id, so that every
// index ends in it: one on a column is also in the order of the messages.
constexpr const char* first_schema = R"sql(
-- Ids of deleted channels are not given out again: messages outlive their channel.
CREATE TABLE channels (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  name        TEXT NOT NULL UNIQUE,
  description TEXT,
  sort_order  INTEGER NOT NULL
) STRICT;

-- `channel` is the name when it was sent; it counts once the channel is gone.
CREATE TABLE chat_messages (
  cache_id    INTEGER PRIMARY KEY,
  owner_id    TEXT NOT NULL,
  username    TEXT NOT NULL,
  channel_id  INTEGER NOT NULL,
  channel     TEXT NOT NULL,
  message     TEXT NOT NULL,
  authored_at INTEGER NOT NULL,
  nonce       TEXT NOT NULL
) STRICT;
CREATE INDEX chat_messages_by_channel ON chat_messages (channel_id);

CREATE TABLE private_messages (
  cache_id     INTEGER PRIMARY KEY,
  owner_id     TEXT NOT NULL,
  username     TEXT NOT NULL,
  recipient_id TEXT NOT NULL,
  recipient    TEXT NOT NULL,
  message      TEXT NOT NULL,
  authored_at  INTEGER NOT NULL,
  nonce        TEXT NOT NULL
) STRICT;
CREATE INDEX private_messages_by_owner ON private_messages (owner_id);
CREATE INDEX private_messages_by_recipient ON private_messages (recipient_id);
CREATE INDEX private_messages_by_pair ON private_messages (owner_id, recipient_id);

CREATE TABLE tombstones (
  cache_id   INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL,
  deleted_at INTEGER NOT NULL
) STRICT;

-- Streams: 1 public, 2 private.
CREATE TABLE id_marks (
  stream INTEGER PRIMARY KEY,
  mark   INTEGER NOT NULL
) STRICT;
INSERT INTO id_marks VALUES (1, 0), (2, 0);

CREATE TABLE nonces (
  owner_id TEXT NOT NULL,
  nonce    TEXT NOT NULL,
  stream   INTEGER NOT NULL,
  cache_id INTEGER NOT NULL,
  used_at  INTEGER NOT NULL,
  PRIMARY KEY (owner_id, nonce)
) STRICT, WITHOUT ROWID;
CREATE INDEX nonces_by_age ON nonces (used_at);

-- `issuer` is empty: all users are of the one configured issuer.
CREATE TABLE users (
  issuer     TEXT NOT NULL,
  sub        TEXT NOT NULL,
  username   TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen  INTEGER NOT NULL,
  PRIMARY KEY (issuer, sub)
) STRICT, WITHOUT ROWID;

CREATE TABLE bans (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id    TEXT NOT NULL,
  banished_id TEXT NOT NULL,
  reason      TEXT NOT NULL,
  start_time  INTEGER NOT NULL,
  end_time    INTEGER,
  pardoned    INTEGER NOT NULL
) STRICT;

CREATE TABLE rate_limiter (
  id             INTEGER PRIMARY KEY CHECK (id = 1),
  message_limit  INTEGER NOT NULL CHECK (message_limit >= 1),
  window_seconds INTEGER NOT NULL CHECK (window_seconds >= 1)
) STRICT;

CREATE TABLE chat_sessions (
  id         INTEGER PRIMARY KEY,
  owner_id   TEXT NOT NULL,
  start_time INTEGER NOT NULL,
  end_time   INTEGER NOT NULL
) STRICT;
CREATE INDEX chat_sessions_by_owner ON chat_sessions (owner_id, start_time);

CREATE TABLE accounts (
  id            TEXT PRIMARY KEY,
  username      TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  admin         INTEGER NOT NULL,
  disabled      INTEGER NOT NULL,
  created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE server_instances (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  server_id TEXT NOT NULL UNIQUE
) STRICT;
)sql";

// What the embedded issuer grants. Secrets are hashed.
constexpr const char* grants_schema = R"sql(
ALTER TABLE accounts ADD COLUMN valid_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;

CREATE TABLE browser_sessions (
  id           TEXT PRIMARY KEY,
  sid          TEXT NOT NULL UNIQUE,
  account_id   TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX browser_sessions_by_account ON browser_sessions (account_id);
CREATE INDEX browser_sessions_by_end ON browser_sessions (expires_at);

-- `uses`: 0, 1, or 2 for more than one.
CREATE TABLE authorization_codes (
  code             TEXT PRIMARY KEY,
  client           TEXT NOT NULL,
  redirect_uri     TEXT NOT NULL,
  account_id       TEXT NOT NULL,
  sid              TEXT NOT NULL,
  nonce            TEXT NOT NULL,
  scope            TEXT NOT NULL,
  challenge        TEXT NOT NULL,
  authenticated_at INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,
  uses             INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX authorization_codes_by_end ON authorization_codes (expires_at);

-- `previous` is the secret that `secret` replaced at `rotated_at`. `idle_until` is never after `expires_at`.
CREATE TABLE refresh_families (
  family           TEXT PRIMARY KEY,
  secret           TEXT NOT NULL,
  previous         TEXT,
  rotated_at       INTEGER,
  code             TEXT NOT NULL,
  client           TEXT NOT NULL,
  account_id       TEXT NOT NULL,
  sid              TEXT NOT NULL,
  scope            TEXT NOT NULL,
  authenticated_at INTEGER NOT NULL,
  idle_until       INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX refresh_families_by_account ON refresh_families (account_id);
CREATE INDEX refresh_families_by_login ON refresh_families (sid);
CREATE INDEX refresh_families_by_end ON refresh_families (idle_until);

CREATE TABLE setup_links (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  link       TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE invites (
  code       TEXT PRIMARY KEY,
  made_by    TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  uses_left  INTEGER NOT NULL
) STRICT;
CREATE INDEX invites_by_end ON invites (expires_at);

-- Ids are not given out again: who has read up to one reads on behind it.
CREATE TABLE account_changes (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  sid        TEXT NOT NULL,
  at         INTEGER NOT NULL
) STRICT;
CREATE INDEX account_changes_by_age ON account_changes (at);
)sql";

// Null until a server has started: nobody has asked whose they are before.
constexpr const char* issuer_schema = "ALTER TABLE server_instances ADD COLUMN users_issuer TEXT";

std::array<Migration, 7> all() {
  return {{{.number = 1, .name = "first schema", .sql = first_schema},
           {.number = 2, .name = "what the embedded issuer grants", .sql = grants_schema},
           {.number = 3, .name = "deleted channels, the outbox of changes", .sql = schema_of_changes},
           {.number = 4, .name = "activity, and users by name", .sql = schema_of_activity},
           {.number = 5, .name = "search", .sql = schema_of_search},
           {.number = 6, .name = "whose users these are", .sql = issuer_schema},
           {.number = 7, .name = "sessions by day, who pardoned", .sql = schema_of_records}}};
}

}  // namespace

std::span<const Migration> migrations() {
  static const auto steps = all();
  return steps;
}

int schema_version() {
  return migrations().back().number;
}

void migrate(Connection& connection, std::span<const Migration> steps) {
  for (const Migration& step : steps) {
    Transaction transaction(connection);
    {
      Query version(connection, "PRAGMA user_version");
      if (version.next() && version.integer(0) >= step.number) continue;
    }
    connection.execute(step.sql);
    connection.execute(("PRAGMA user_version=" + std::to_string(step.number)).c_str());
    transaction.commit();
  }
}

}  // namespace chatserver::store::sqlite
