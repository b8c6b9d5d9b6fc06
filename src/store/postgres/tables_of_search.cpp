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

-- Channels that are gone, under their last name.
CREATE TABLE former_channels (
  channel_id bigint PRIMARY KEY,
  name       text NOT NULL
);
CREATE INDEX former_channels_by_name ON former_channels (name);
CREATE FUNCTION remember_channel() RETURNS trigger LANGUAGE plpgsql AS $remember$
BEGIN
  INSERT INTO chatserver.former_channels VALUES (OLD.id, OLD.name)
  ON CONFLICT (channel_id) DO UPDATE SET name = excluded.name;
  RETURN NULL;
END
$remember$;
CREATE TRIGGER search_channel_deleted AFTER DELETE ON channels
FOR EACH ROW EXECUTE FUNCTION remember_channel();
)sql";

}  // namespace chatserver::store::postgres
