#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/postgres/connection.hpp"

namespace chatserver::store::postgres {

// Says that this process alone writes messages to the database: an advisory lock
// of the session that writes. It goes with the session, and so do the session's
// writes: whoever gets the lock knows that nothing of the former holder is on its way.
//
// Beside it the database counts servers (its epoch). One that lost its session and
// finds a higher epoch was replaced meanwhile: what it has in memory is old, and it
// must not write again.
//
// Threading: one thread at a time. Errors: throws Failure.
//
// Several nodes share the lock, and so keep out whoever wants it alone. None of them relies on
// being the only one to write, so none of them is ever replaced.
class ServerLock {
 public:
  enum class Hold { alone, shared };

  explicit ServerLock(Hold hold) : hold_(hold) {}

  // Takes it for this session; waits a little for a holder that is just ending. False when another has it.
  [[nodiscard]] bool take(Connection& connection);

  [[nodiscard]] Hold hold() const noexcept { return hold_; }

  // Who has it, as the database shows the session: "chatserver process 12 on host"; may be empty.
  [[nodiscard]] static std::string holder(Connection& connection);

  // The caller holds the lock. Counts this server as the newest.
  void begin_epoch(Connection& connection);
  // Whether no other server has begun since; of nodes, always.
  [[nodiscard]] bool is_newest(Connection& connection) const;

 private:
  // Ends our own former session, should the server still keep it: it would go by
  // itself only after the keepalives have given it up.
  void end_former_session(Connection& connection) const;
  void remember_session(Connection& connection);

  Hold hold_;

  struct Session {
    std::int64_t process;
    Timestamp since;
  };
  std::optional<Session> session_;  // that last had the lock
  std::int64_t epoch_ = 0;
};

// Held, for the rest of the transaction, by whoever changes the schema.
void lock_schema(Connection& connection);

}  // namespace chatserver::store::postgres
