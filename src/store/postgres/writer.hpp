#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "store/postgres/connection.hpp"
#include "store/postgres/server_lock.hpp"
#include "store/postgres/transaction.hpp"

namespace chatserver::store::postgres {

// The session that writes. It comes back after the connection broke; a server's
// then takes the lock again first.
//
// A transaction whose commit got no answer is looked up as soon as there is a
// connection again: within the call, or when the deadline comes first, before the
// next one. Such a call has failed for its caller, so that an append is then
// undone: its ids are given out again. Other changes stay.
//
// What a node writes is neither looked up nor undone. When the database has crashed, it gives transaction ids
// from right before that to whichever node comes first, and one that was lost would pass for committed. The
// call has failed, whatever took place; an append is made again under its ids.
//
// Threading: one thread at a time. Errors: throws Failure.
class Writer {
 public:
  using Undo = std::move_only_function<void(Connection&)>;

  // `lock`: held by the connection's session; none for a tool, which writes without.
  Writer(std::unique_ptr<Connection> connection, std::optional<ServerLock> lock)
      : connection_(std::move(connection)), lock_(lock) {}

  void set_deadline(Connection::Deadline deadline) noexcept {
    deadline_ = deadline;
    connection_->set_deadline(deadline);
  }

  // Runs `call` in a transaction that is durable on return; again, when the session
  // turns out to have been ended before anything took place.
  template <class Call>
  std::invoke_result_t<Call&, Connection&> write(Call call, Undo undo = {}) {
    try {
      return write_once(call, undo);
    } catch (const Failure& failure) {
      if (!may_try_again(failure)) throw;
    }
    return write_once(call, undo);
  }

  // Connects if need be and asks the database for a sign of life.
  void check_up();

 private:
  struct Unsettled {
    std::int64_t transaction;
    Undo undo;
  };

  template <class Call>
  std::invoke_result_t<Call&, Connection&> write_once(Call& call, Undo& undo) {
    make_ready();
    Transaction transaction(*connection_, trace());
    if constexpr (std::is_void_v<std::invoke_result_t<Call&, Connection&>>) {
      call(*connection_);
      commit(transaction, undo);
    } else {
      auto result = call(*connection_);
      commit(transaction, undo);
      return result;
    }
  }

  [[nodiscard]] bool may_try_again(const Failure& failure) const;
  [[nodiscard]] Trace trace() const noexcept {
    return lock_ && lock_->hold() == ServerLock::Hold::alone ? Trace::left : Trace::none;
  }
  [[nodiscard]] bool is_of_node() const noexcept {
    return lock_ && lock_->hold() == ServerLock::Hold::shared;
  }
  void make_ready();
  void reconnect();
  void commit(Transaction& transaction, Undo& undo);
  [[nodiscard]] bool learn_fate(std::int64_t transaction);
  void settle();

  std::unique_ptr<Connection> connection_;
  Connection::Deadline deadline_;
  std::optional<ServerLock> lock_;
  std::optional<Unsettled> unsettled_;
};

}  // namespace chatserver::store::postgres
