#include "store/postgres/migrations.hpp"

namespace chatserver::store::postgres {

// A message has its vector from index_messages() alone, so that it costs nothing to
// append one: no vector is in no index. What older servers had in the column goes; theirs was
// made by other rules, and so do the triggers that made it.
const char* const tables_of_search = R"sql(
DO $search$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT t.tgrelid::regclass AS in_table, t.tgname
    FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
    WHERE t.tgrelid IN ('chat_messages'::regclass, 'private_messages'::regclass)
      AND p.pronamespace = 'pg_catalog'::regnamespace
      AND p.proname IN ('tsvector_update_trigger', 'tsvector_update_trigger_column')
  LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.in_table);
  END LOOP;
END
$search$;

ALTER TABLE chat_messages DROP COLUMN search_vector;
ALTER TABLE chat_messages ADD COLUMN search_vector tsvector;

CREATE INDEX chat_messages_by_term ON chat_messages USING gin (search_vector)
WHERE search_vector IS NOT NULL;

-- All messages up to `indexed_up_to` have their vectors, by the analysis that is named.
CREATE TABLE search_progress (
  id            integer PRIMARY KEY CHECK (id = 1),
  analysis      text NOT NULL,
  indexed_up_to bigint NOT NULL
);
INSERT INTO search_progress VALUES (1, '', 0);

-- A search names channels that are gone by their last name. Those that were gone before deletions
-- were noted have none but what their last message was sent under.
INSERT INTO deleted_channels (channel_id, name, purged, deleted_at)
SELECT DISTINCT ON (channel_id) channel_id, channel, false, authored_at FROM chat_messages AS m
WHERE NOT EXISTS (SELECT FROM channels WHERE id = m.channel_id)
  AND NOT EXISTS (SELECT FROM deleted_channels AS d WHERE d.channel_id = m.channel_id)
ORDER BY channel_id, cache_id DESC;
CREATE INDEX deleted_channels_by_name ON deleted_channels (name);
)sql";

}  // namespace chatserver::store::postgres
