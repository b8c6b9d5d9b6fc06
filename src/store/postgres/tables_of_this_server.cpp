#include "store/postgres/migrations.hpp"

namespace chatserver::store::postgres {

// What this server needs beside the tables of before; said at Store, mostly.
const char* const tables_of_this_server = R"sql(
CREATE TABLE tombstones (
  cache_id   bigint PRIMARY KEY,
  channel_id bigint NOT NULL,
  deleted_at timestamptz NOT NULL
);

-- Streams: 1 public, 2 private.
CREATE TABLE id_marks (
  stream bigint PRIMARY KEY,
  mark   bigint NOT NULL
);
INSERT INTO id_marks VALUES (1, 0), (2, 0);

CREATE TABLE nonces (
  owner_id text NOT NULL,
  nonce    text NOT NULL,
  stream   bigint NOT NULL,
  cache_id bigint NOT NULL,
  used_at  timestamptz NOT NULL,
  PRIMARY KEY (owner_id, nonce)
);
CREATE INDEX nonces_by_age ON nonces (used_at);
CREATE INDEX nonces_by_message ON nonces (cache_id);

-- `issuer` is empty: all users are of the one configured issuer.
CREATE TABLE users (
  issuer     text NOT NULL,
  sub        text NOT NULL,
  username   text NOT NULL,
  first_seen timestamptz NOT NULL,
  last_seen  timestamptz NOT NULL,
  PRIMARY KEY (issuer, sub)
);

CREATE TABLE accounts (
  id            text PRIMARY KEY,
  username      text NOT NULL UNIQUE,
  password_hash text NOT NULL,
  admin         boolean NOT NULL,
  disabled      boolean NOT NULL,
  created_at    timestamptz NOT NULL
);

-- How many servers have begun to write, one after the other (see server_lock.hpp),
-- and the last transaction of the one that does (see transaction.hpp).
CREATE TABLE writer (
  id               integer PRIMARY KEY CHECK (id = 1),
  epoch            bigint NOT NULL,
  last_transaction bigint NOT NULL
);
INSERT INTO writer VALUES (1, 0, 0);

-- `channel` is the name when a message was sent; it counts once the channel is gone.
ALTER TABLE channels
  ADD COLUMN IF NOT EXISTS description text,
  ADD COLUMN IF NOT EXISTS sort_order integer;
ALTER TABLE chat_messages
  ADD COLUMN IF NOT EXISTS cache_id bigint,
  ADD COLUMN IF NOT EXISTS username text,
  ADD COLUMN IF NOT EXISTS search_vector tsvector,
  ADD COLUMN channel_id bigint,
  ADD COLUMN nonce text NOT NULL DEFAULT '';
ALTER TABLE private_messages
  ADD COLUMN IF NOT EXISTS cache_id bigint,
  ADD COLUMN nonce text NOT NULL DEFAULT '';
ALTER TABLE bans
  ADD COLUMN IF NOT EXISTS reason text,
  ADD COLUMN IF NOT EXISTS end_time timestamptz,
  ADD COLUMN IF NOT EXISTS duration interval,
  ADD COLUMN IF NOT EXISTS pardoned boolean;
ALTER TABLE chat_sessions
  ADD COLUMN IF NOT EXISTS end_time timestamptz,
  ADD COLUMN IF NOT EXISTS duration interval;
ALTER TABLE rate_limiter
  ADD COLUMN IF NOT EXISTS updated_at timestamptz;
)sql";

}  // namespace chatserver::store::postgres
