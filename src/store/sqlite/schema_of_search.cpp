#include "store/sqlite/migrations.hpp"

namespace chatserver::store::sqlite {

// The index holds terms and ids alone, no copy of the texts: to take a message out, its
// terms must be given again. So what deletes messages needs not know of search: a
// trigger keeps what the index needs, until index_messages() has taken them out.
// The tokenizer does nothing but split at spaces.
const char* const schema_of_search = R"sql(
CREATE VIRTUAL TABLE message_index USING fts5 (
  terms, content = '', detail = none, columnsize = 0, tokenize = "ascii tokenchars '_'"
);

-- All messages up to `indexed_up_to` are in the index, by the analysis that is named.
CREATE TABLE search_progress (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  analysis      TEXT NOT NULL,
  indexed_up_to INTEGER NOT NULL
) STRICT;
INSERT INTO search_progress VALUES (1, '', 0);

-- Deleted, and still in the index.
CREATE TABLE search_removals (
  cache_id   INTEGER PRIMARY KEY,
  owner_id   TEXT NOT NULL,
  channel_id INTEGER NOT NULL,
  message    TEXT NOT NULL
) STRICT;
CREATE TRIGGER search_message_deleted AFTER DELETE ON chat_messages
WHEN OLD.cache_id <= (SELECT indexed_up_to FROM search_progress) BEGIN
  INSERT INTO search_removals VALUES (OLD.cache_id, OLD.owner_id, OLD.channel_id, OLD.message);
END;

-- A search names channels that are gone by their last name.
CREATE INDEX deleted_channels_by_name ON deleted_channels (name);
)sql";

}  // namespace chatserver::store::sqlite
