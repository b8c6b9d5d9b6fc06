#include "store/sqlite/migrations.hpp"

namespace chatserver::store::sqlite {

// What a change of channels leaves behind, and the changes that are not applied yet.
const char* const schema_of_changes = R"sql(
-- Messages without purge keep their channel's last name; those of a purged one that are written late are not kept.
CREATE TABLE deleted_channels (
  channel_id INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  purged     INTEGER NOT NULL,
  deleted_at INTEGER NOT NULL
) STRICT;

-- Purged channels whose messages are hidden, and still to be removed.
CREATE TABLE purges (
  channel_id INTEGER PRIMARY KEY
) STRICT;

-- Ids are not given out again: whoever has applied changes up to one goes on behind it.
CREATE TABLE outbox (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  change       TEXT NOT NULL,
  committed_at INTEGER NOT NULL
) STRICT;
)sql";

}  // namespace chatserver::store::sqlite
