#include "store/sqlite/migrations.hpp"

namespace chatserver::store::sqlite {

// Sessions are added up by day with each change of them, whoever makes it, as messages are counted:
// adding up a week of a big server takes a second. A session belongs to the day in which it began,
// days being of 86,400 s since 1970, and has a length once it has an end.
const char* const schema_of_records = R"sql(
CREATE TABLE session_days (
  day           INTEGER PRIMARY KEY,
  session_count INTEGER NOT NULL,
  duration      INTEGER NOT NULL
) STRICT;
INSERT INTO session_days
SELECT start_time / 86400000000, count(*), coalesce(sum(end_time - start_time), 0)
FROM chat_sessions GROUP BY 1;

CREATE TRIGGER session_counted AFTER INSERT ON chat_sessions BEGIN
  INSERT INTO session_days
  VALUES (new.start_time / 86400000000, 1, coalesce(new.end_time - new.start_time, 0))
  ON CONFLICT (day) DO UPDATE
  SET session_count = session_count + 1, duration = duration + excluded.duration;
END;
CREATE TRIGGER session_uncounted AFTER DELETE ON chat_sessions BEGIN
  UPDATE session_days
  SET session_count = session_count - 1, duration = duration - coalesce(old.end_time - old.start_time, 0)
  WHERE day = old.start_time / 86400000000;
END;
CREATE TRIGGER session_recounted AFTER UPDATE OF start_time, end_time ON chat_sessions BEGIN
  UPDATE session_days
  SET session_count = session_count - 1, duration = duration - coalesce(old.end_time - old.start_time, 0)
  WHERE day = old.start_time / 86400000000;
  INSERT INTO session_days
  VALUES (new.start_time / 86400000000, 1, coalesce(new.end_time - new.start_time, 0))
  ON CONFLICT (day) DO UPDATE
  SET session_count = session_count + 1, duration = duration + excluded.duration;
END;

-- Null of a ban that is not pardoned, or was before this.
ALTER TABLE bans ADD COLUMN pardoned_by TEXT;
ALTER TABLE bans ADD COLUMN pardoned_at INTEGER;
)sql";

}  // namespace chatserver::store::sqlite
