#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "cache/valkey/entry.hpp"
#include "cache/valkey/reply.hpp"
#include "model/rate_limit.hpp"
#include "store/store.hpp"

namespace chatserver::cache::valkey {

// Where the log stands, as PREFIX:state says; see library/state.lua.
struct LogState {
  std::string generation;  // empty: nothing is loaded
  std::string server;      // whose log it is; empty: nobody's yet
  std::string format;
  EntryId last;
  EntryId flushed;  // all up to there is in the database
  EntryId trimmed;  // of what is before, anything may be gone from the log
  store::IdMarks marks;
  store::IdMarks ceiling;  // ids up to these may be given out
  RateLimit limit;
  Timestamp nonces_since;    // those used before are in the database alone
  bool restoring = false;    // what the servers know goes back in
  std::int64_t backlog = 0;  // messages that wait for the database

  // Whether something between what is flushed and the end may be gone from the log: put back after
  // a loss was what the database did not have.
  [[nodiscard]] bool has_holes() const { return flushed < trimmed || flushed == EntryId{}; }

  // Neither ours nor another server's yet.
  [[nodiscard]] bool is_nobodys() const { return server.empty() && format.empty() && !restoring; }

  // What to ask, and the answer's meaning. Throws Lost where the answer is an error, Garbled
  // where it is no answer to that.
  [[nodiscard]] static Command question(const std::string& prefix);
  [[nodiscard]] static LogState from(const Reply& reply);
};

// Whether a reader that has seen everything up to `last` has missed something that is no longer in
// the log, when the next entry says that it follows `previous`. (What was deleted from
// between them is missing too, but behind what was trimmed.)
[[nodiscard]] bool is_gap(EntryId last, EntryId previous, EntryId trimmed);

// Threading: pure.

}  // namespace chatserver::cache::valkey
