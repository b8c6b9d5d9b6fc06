#include "store/postgres/migrations.hpp"

namespace chatserver::store::postgres {

// Messages are counted with each change of them, whoever makes it: counting ten
// millions takes seconds. Once a statement, not once a row, and in the order of the
// channels, so that two writers never wait for each other in a circle.
const char* const tables_of_activity = R"sql(
CREATE INDEX chat_sessions_by_start ON chat_sessions (start_time) INCLUDE (end_time);
CREATE INDEX chat_sessions_open ON chat_sessions (id) WHERE end_time IS NULL;

-- When the server was last known to be alive.
CREATE TABLE server_pulse (
  id       integer PRIMARY KEY CHECK (id = 1),
  alive_at timestamptz NOT NULL
);
INSERT INTO server_pulse VALUES (1, 'epoch');

CREATE TABLE message_counts (
  channel_id    bigint PRIMARY KEY,
  message_count bigint NOT NULL
);
INSERT INTO message_counts SELECT channel_id, count(*) FROM chat_messages GROUP BY channel_id;

CREATE FUNCTION count_messages() RETURNS trigger LANGUAGE plpgsql AS $count$
BEGIN
  INSERT INTO chatserver.message_counts AS c (channel_id, message_count)
  SELECT channel_id, count(*) FROM added GROUP BY channel_id ORDER BY channel_id
  ON CONFLICT (channel_id) DO UPDATE SET message_count = c.message_count + excluded.message_count;
  RETURN NULL;
END
$count$;
CREATE TRIGGER messages_counted AFTER INSERT ON chat_messages
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_messages();

CREATE FUNCTION uncount_messages() RETURNS trigger LANGUAGE plpgsql AS $uncount$
BEGIN
  INSERT INTO chatserver.message_counts AS c (channel_id, message_count)
  SELECT channel_id, -count(*) FROM removed GROUP BY channel_id ORDER BY channel_id
  ON CONFLICT (channel_id) DO UPDATE SET message_count = c.message_count + excluded.message_count;
  RETURN NULL;
END
$uncount$;
CREATE TRIGGER messages_uncounted AFTER DELETE ON chat_messages
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION uncount_messages();

-- Byte by byte, as names are compared.
CREATE INDEX users_by_name ON users (username COLLATE "C", last_seen);
)sql";

}  // namespace chatserver::store::postgres
