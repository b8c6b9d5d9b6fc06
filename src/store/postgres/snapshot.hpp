#pragma once

#include "store/postgres/connection.hpp"

namespace chatserver::store::postgres {

// While it lives, everything that the connection reads is of one moment, and is read by
// indexes: a plan of the server's for a table of average rows is not for ours.
//
// Threading: one thread. Errors: throws Failure.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot();

 private:
  // From here on the destructor ends what has begun, also when the opening fails half-way.
  explicit Snapshot(Connection* connection) noexcept : connection_(*connection) {}

  Connection& connection_;
};

}  // namespace chatserver::store::postgres
