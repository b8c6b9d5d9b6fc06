#pragma once

#include <string>
#include <vector>

// What opening a database may ask for and come to, whichever backend it is.
namespace chatserver::store {

// Who opens the database.
enum class Access {
  // The one process that serves from it, and is the only one that writes
  // messages until the store is destroyed or the process ends, however it ends.
  server,
  // One of several servers that share the database: which of them writes what is settled
  // outside it (by Valkey). Keeps out whoever opens it as `server`, and the other way round.
  // SQLite cannot be shared.
  node,
  // A command beside a running server: works without the server's lock, unless
  // the schema must be created or changed first.
  tool,
};

enum class OpenFailure {
  newer_version,  // a later release of this program has changed its schema
  foreign,        // not a database, or one of something else
  locked,         // another process holds it
  unwritable,     // it, or its directory, cannot be read and written
  unreachable,    // the database server does not answer, or does not let us in
  failed,         // anything else: damaged, disk full …
};

// Why a database was not opened. What is refused has not been changed.
struct OpenError {
  OpenFailure reason;
  std::string detail;  // for the operator: what is wrong, where, what to do
};

// What opening the database would do to its schema.
struct MigrationStatus {
  int current = 0;  // 0: there is no database yet
  int target = 0;
  std::vector<std::string> pending;  // names, in the order they would run
};

}  // namespace chatserver::store
