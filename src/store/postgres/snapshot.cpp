#include "store/postgres/snapshot.hpp"

namespace chatserver::store::postgres {
namespace {

// Plans are made once, without regard to what is asked: how much that matches
// the server cannot know, since it depends on a range of ids (see search_query.hpp).
constexpr const char* opening =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
    "SET LOCAL enable_seqscan = off;"
    "SET LOCAL plan_cache_mode = force_generic_plan;"
    "SET LOCAL jit = off";

}  // namespace

Snapshot::Snapshot(Connection& connection) : Snapshot(&connection) {
  connection_.script(opening);
}

Snapshot::~Snapshot() {
  if (!connection_.usable()) return;
  try {
    connection_.script("ROLLBACK");  // nothing was written
  } catch (const Failure&) {
    connection_.disconnect();  // which ends it too
  }
}

}  // namespace chatserver::store::postgres
