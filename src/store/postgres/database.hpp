#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "base/log.hpp"
#include "store/lending_pool.hpp"
#include "store/postgres/opening.hpp"
#include "store/postgres/watch.hpp"
#include "store/postgres/writer.hpp"

namespace chatserver::store::postgres {

// The sessions of a store: lends one to each call and turns what goes wrong into
// Unavailable or Refused. Writes go one after the other through the only session that writes.
//
// Threading: any; a thread of its own looks after a server's writer, so that an
// idle server notices too that the database went away and that it is back.
// Errors: throws Unavailable, and Refused.
class Database {
 public:
  Database(ReadyDatabase ready, const PostgresOptions& options, Log& log);

  template <class Call>
  std::invoke_result_t<Call&, Connection&> read(Call call) {
    const auto lease = readers_.lend();
    Connection& connection = *lease;
    const auto until = deadline();
    connection.set_deadline(until);
    try {
      connection.connect_unless_usable();
      try {
        return call(connection);
      } catch (const Failure& failure) {
        const bool in_time = std::chrono::steady_clock::now() < until;
        if (failure.kind() != Failure::Kind::connection || !in_time) throw;
      }
      connection.connect();  // the session had been ended
      return call(connection);
    } catch (const Failure& failure) {
      give_up(failure);
    }
  }

  // `undo` takes back what `call` did, should it turn out later that a write
  // which has thrown took place after all.
  template <class Call>
  std::invoke_result_t<Call&, Connection&> write(Call call, Writer::Undo undo = {}) {
    const auto writer = writer_.lend();
    try {
      (*writer).set_deadline(deadline());
      if constexpr (std::is_void_v<std::invoke_result_t<Call&, Connection&>>) {
        (*writer).write(std::move(call), std::move(undo));
        note_writable();
      } else {
        auto result = (*writer).write(std::move(call), std::move(undo));
        note_writable();
        return result;
      }
    } catch (const Failure& failure) {
      note_failed(failure);
      give_up(failure);
    }
  }

  // Whether the last write or look at the database succeeded.
  [[nodiscard]] bool writable() const noexcept { return writable_; }

 private:
  [[nodiscard]] Connection::Deadline deadline() const;
  void look_after_writer();
  void note_writable();
  void note_failed(const Failure& failure);
  [[noreturn]] void give_up(const Failure& failure) const;

  const std::string description_;
  const std::chrono::milliseconds timeout_;
  Log& log_;
  std::atomic<bool> writable_ = true;
  LendingPool<Connection> readers_;
  LendingPool<Writer> writer_;
  std::optional<Watch> watch_;  // last: its thread uses the others
};

}  // namespace chatserver::store::postgres
