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

// A write transaction; undone unless committed. One at a time in the whole database.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  // Durable on return. Throws Undecided when that cannot be told, Failure when
  // nothing has happened.
  void commit();

 private:
  Connection& connection_;
  std::int64_t id_ = 0;
  bool open_ = true;
};

enum class Fate { committed, aborted, in_progress };

// What became of a transaction of a session before.
[[nodiscard]] Fate fate_of(Connection& connection, std::int64_t transaction);

}  // namespace chatserver::store::postgres
