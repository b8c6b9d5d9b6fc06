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

constexpr std::array all{
    Migration{.number = 1, .name = "first schema", .sql = first_schema},
};

constexpr bool numbered_without_holes() {
  int expected = 1;
  for (const Migration& migration : all) {
    if (migration.number != expected++) return false;
  }
  return true;
}
static_assert(numbered_without_holes());

}  // namespace

std::span<const Migration> migrations() {
  return all;
}

int schema_version() {
  return all.back().number;
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
