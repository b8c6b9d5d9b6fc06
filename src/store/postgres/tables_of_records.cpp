#include "store/postgres/migrations.hpp"

namespace chatserver::store::postgres {

// Sessions are added up by day with each change of them, whoever makes it, as messages are counted:
// adding up a week of a big server takes a second. Once a statement, not once a row. A session belongs
// to the day in which it began, days being of UTC since 1970, and has a length once it has an end; rows
// of older servers may begin or end at any time that PostgreSQL knows, infinity included.
const char* const tables_of_records = R"sql(
CREATE TABLE session_days (
  day           integer PRIMARY KEY,
  session_count bigint NOT NULL,
  duration      bigint NOT NULL
);
COMMENT ON COLUMN session_days.duration IS 'microseconds';

CREATE FUNCTION session_day(start_time timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE AS $day$
  SELECT CASE WHEN isfinite(start_time) THEN (start_time AT TIME ZONE 'UTC')::date - DATE '1970-01-01' END
$day$;
CREATE FUNCTION session_length(start_time timestamptz, end_time timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $length$
  SELECT CASE WHEN isfinite(end_time)
    THEN (extract(epoch FROM greatest(start_time, end_time) - start_time) * 1000000)::bigint ELSE 0 END
$length$;

INSERT INTO session_days
SELECT session_day(start_time), count(*), sum(session_length(start_time, end_time))
FROM chat_sessions WHERE isfinite(start_time) GROUP BY 1;

CREATE FUNCTION count_sessions() RETURNS trigger LANGUAGE plpgsql AS $count$
BEGIN
  INSERT INTO chatserver.session_days AS d (day, session_count, duration)
  SELECT chatserver.session_day(start_time), count(*), sum(chatserver.session_length(start_time, end_time))
  FROM added WHERE isfinite(start_time) GROUP BY 1 ORDER BY 1
  ON CONFLICT (day) DO UPDATE SET session_count = d.session_count + excluded.session_count,
                                  duration = d.duration + excluded.duration;
  RETURN NULL;
END
$count$;
CREATE FUNCTION uncount_sessions() RETURNS trigger LANGUAGE plpgsql AS $uncount$
BEGIN
  INSERT INTO chatserver.session_days AS d (day, session_count, duration)
  SELECT chatserver.session_day(start_time), -count(*), -sum(chatserver.session_length(start_time, end_time))
  FROM removed WHERE isfinite(start_time) GROUP BY 1 ORDER BY 1
  ON CONFLICT (day) DO UPDATE SET session_count = d.session_count + excluded.session_count,
                                  duration = d.duration + excluded.duration;
  RETURN NULL;
END
$uncount$;
CREATE TRIGGER sessions_counted AFTER INSERT ON chat_sessions
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_sessions();
CREATE TRIGGER sessions_uncounted AFTER DELETE ON chat_sessions
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION uncount_sessions();
CREATE TRIGGER sessions_recounted AFTER UPDATE ON chat_sessions
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_sessions();
CREATE TRIGGER sessions_recounted_before AFTER UPDATE ON chat_sessions
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION uncount_sessions();

-- Null of a ban that is not pardoned, or was before this.
ALTER TABLE bans ADD COLUMN pardoned_by text, ADD COLUMN pardoned_at timestamptz;
)sql";

}  // namespace chatserver::store::postgres
