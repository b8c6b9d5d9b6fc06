#include "store/sqlite/migrations.hpp"

namespace chatserver::store::sqlite {

// A session has an end only once it is over. Messages are counted with each change of
// them, whoever makes it: counting ten millions takes seconds.
const char* const schema_of_activity = R"sql(
ALTER TABLE chat_sessions RENAME TO chat_sessions_before;
CREATE TABLE chat_sessions (
  id         INTEGER PRIMARY KEY,
  owner_id   TEXT NOT NULL,
  start_time INTEGER NOT NULL,
  end_time   INTEGER
) STRICT;
INSERT INTO chat_sessions SELECT id, owner_id, start_time, end_time FROM chat_sessions_before;
DROP TABLE chat_sessions_before;
CREATE INDEX chat_sessions_by_owner ON chat_sessions (owner_id, start_time, end_time);
CREATE INDEX chat_sessions_by_start ON chat_sessions (start_time, end_time);
CREATE INDEX chat_sessions_open ON chat_sessions (id) WHERE end_time IS NULL;

-- When the server was last known to be alive.
CREATE TABLE server_pulse (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  alive_at INTEGER NOT NULL
) STRICT;
INSERT INTO server_pulse VALUES (1, 0);

CREATE TABLE message_counts (
  channel_id    INTEGER PRIMARY KEY,
  message_count INTEGER NOT NULL
) STRICT;
INSERT INTO message_counts SELECT channel_id, count(*) FROM chat_messages GROUP BY channel_id;
CREATE TRIGGER message_counted AFTER INSERT ON chat_messages BEGIN
  INSERT INTO message_counts VALUES (new.channel_id, 1)
  ON CONFLICT (channel_id) DO UPDATE SET message_count = message_count + 1;
END;
CREATE TRIGGER message_uncounted AFTER DELETE ON chat_messages BEGIN
  UPDATE message_counts SET message_count = message_count - 1 WHERE channel_id = old.channel_id;
END;

CREATE INDEX users_by_name ON users (username, last_seen);
)sql";

}  // namespace chatserver::store::sqlite
