#pragma once

#include <cstdint>

#include "store/postgres/connection.hpp"

namespace chatserver::store::postgres {

// Whether a transaction took place cannot be told: the connection broke while it
// was being committed. Whoever gets a connection again can ask fate_of().
class Undecided : public Failure {
 public:
  Undecided(const Failure& cause, std::int64_t transaction)
      : Failure(Kind::connection, cause.what(), cause.sqlstate()), transaction_(transaction) {}

  [[nodiscard]] std::int64_t transaction() const noexcept { return transaction_; }

 private:
  std::int64_t transaction_;
};

// Whether a transaction leaves its id in the row `writer`: for the one session that
// serves, so that it can tell for sure what became of it. Ids that were given out right
// before the database crashed are given out again, to anybody.
enum class Trace { none, left };

// A write transaction; undone unless committed. One at a time in the whole database.
class Transaction {
 public:
  explicit Transaction(Connection& connection, Trace trace = Trace::none);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  // Durable on return. Throws Undecided when that cannot be told, Failure when
  // nothing has happened.
  void commit();

 private:
  // From here on the destructor undoes what has begun, also when the opening fails half-way.
  explicit Transaction(Connection* connection) noexcept : connection_(*connection) {}

  Connection& connection_;
  std::int64_t id_ = 0;
  bool open_ = true;
};

enum class Fate { committed, aborted, in_progress };

// What became of a transaction of a session before, which left a trace or did not; with one,
// that session has ended and none like it has begun a transaction since.
[[nodiscard]] Fate fate_of(Connection& connection, std::int64_t transaction, Trace trace);

}  // namespace chatserver::store::postgres
