#pragma once

#include <string>

#include <gtest/gtest.h>

#include "conformance/postgres_support.hpp"

// Databases of before this program, or of an earlier version of it, and what becomes of them.
namespace chatserver::store::conformance {

// As an older server made them, which held itself to less.
inline constexpr const char* older_tables = R"sql(
CREATE SCHEMA chatserver;
SET search_path = chatserver;
CREATE TABLE server_instances (
  id serial PRIMARY KEY, server_id uuid UNIQUE NOT NULL DEFAULT gen_random_uuid(),
  server_name varchar(36) UNIQUE NOT NULL, region text NOT NULL DEFAULT 'x');
CREATE TABLE rate_limiter (
  id serial PRIMARY KEY, owner_id varchar(36) UNIQUE NOT NULL, message_limit int NOT NULL,
  window_seconds int NOT NULL, updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE channels (
  id serial PRIMARY KEY, name varchar(24) UNIQUE NOT NULL, description text, is_private boolean DEFAULT false,
  owner_id varchar(36), sort_order int, created_at timestamptz DEFAULT now());
CREATE TABLE chat_messages (
  id serial PRIMARY KEY, cache_id bigint UNIQUE, owner_id varchar(36) NOT NULL,
  channel varchar(24) NOT NULL REFERENCES channels (name) ON DELETE NO ACTION, message text NOT NULL,
  authored_at timestamp NOT NULL, client_version text NOT NULL,
  search_vector tsvector GENERATED ALWAYS AS (to_tsvector('english', message)) STORED);
CREATE INDEX chat_messages_search ON chat_messages USING gin (search_vector);
CREATE TABLE private_messages (
  id serial PRIMARY KEY, cache_id bigint, owner_id varchar(36) NOT NULL, username varchar(64),
  recipient_id varchar(36) NOT NULL, recipient varchar(64), message text NOT NULL, authored_at timestamptz NOT NULL,
  search_vector tsvector);
CREATE TABLE chat_sessions (
  id serial PRIMARY KEY, owner_id varchar(36) NOT NULL, start_time timestamptz NOT NULL, end_time timestamptz,
  duration interval GENERATED ALWAYS AS (end_time - start_time) STORED);
CREATE TABLE bans (
  id serial PRIMARY KEY, owner_id varchar(36) NOT NULL, banished_id varchar(36) NOT NULL,
  start_time timestamptz NOT NULL, reason varchar(256), end_time timestamptz, duration varchar(20) NOT NULL,
  pardoned boolean DEFAULT false);
)sql";

inline constexpr const char* older_rows = R"sql(
SET search_path = chatserver;
INSERT INTO server_instances (server_id, server_name) VALUES ('11111111-2222-4333-8444-555555555555', 'old');
INSERT INTO rate_limiter (owner_id, message_limit, window_seconds) VALUES ('default', 7, 70);
INSERT INTO channels (id, name, sort_order) VALUES (5, 'Second', 9), (6, 'General', 2), (7, 'gone', NULL);
INSERT INTO chat_messages (id, cache_id, owner_id, channel, message, authored_at, client_version) VALUES
  (1, 10, 'ada', 'General', 'first', '2020-01-01 12:00:00.000001', '1'),
  (2, NULL, 'bob', 'General', 'second', '2020-01-01 12:00:01', '1'),
  (3, 40, 'eve', 'gone', 'third', '2020-01-01 12:00:02', '1'),
  (4, 30, 'ada', 'Second', 'fourth', '2020-01-01 12:00:03', '1');
INSERT INTO private_messages (cache_id, owner_id, username, recipient_id, recipient, message, authored_at) VALUES
  (3, 'ada', 'ada then', 'bob', 'bob', 'one', '2020-01-01Z'), (3, 'bob', 'bob', 'ada', 'ada then', 'two', '2020-01-02Z'),
  (NULL, 'ada', 'ada now', 'bob', NULL, 'three', '2020-01-03Z');
INSERT INTO chat_sessions (owner_id, start_time, end_time) VALUES ('ada', '2020-01-01Z', '2020-01-01 01:00Z'),
  ('ada', '2020-01-02Z', NULL);
INSERT INTO bans (owner_id, banished_id, start_time, reason, end_time, duration) VALUES
  ('ada', 'eve', '2020-01-01Z', NULL, NULL, 'Permanent'), ('ada', 'bob', '2020-01-01Z', 'r', 'infinity', 'Permanent');
ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_channel_fkey;
DELETE FROM channels WHERE name = 'gone';
ALTER TABLE chat_messages ADD FOREIGN KEY (channel) REFERENCES channels (name) NOT VALID;
)sql";

class PostgresMigrations : public testing::Test {
 protected:
  void make_older_installation() {
    psql().run(older_tables);
    psql().run(older_rows);
  }
  [[nodiscard]] Psql psql() const { return database_.psql(); }
  [[nodiscard]] std::unique_ptr<Store> open() const { return open_or_throw(database_.options()); }

  // Refused by all who look at it, and nothing changed.
  void expect_refused_untouched(OpenFailure reason) {
    constexpr const char* content = R"sql(
      SELECT string_agg(c.relname || coalesce(a.attname, ''), ',' ORDER BY c.relname, a.attname)
      FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE relnamespace = 'chatserver'::regnamespace)sql";
    const std::string before = psql().run(content);
    for (const Access access : {Access::server, Access::tool}) {
      const auto store = open_postgres(database_.options(access), silent_log());
      ASSERT_FALSE(store);
      EXPECT_EQ(store.error().reason, reason) << store.error().detail;
    }
    const auto status = migration_status(database_.options());
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().reason, reason);
    EXPECT_EQ(psql().run(content), before);
  }

  PostgresDatabase database_;
};

}  // namespace chatserver::store::conformance
