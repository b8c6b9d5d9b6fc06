#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "store/postgres/failure.hpp"
#include "store/postgres/target.hpp"
#include "store/postgres/values.hpp"

struct pg_conn;

namespace chatserver::store::postgres {

// A statement's text: a constant of the program, so that its address identifies it.
struct Sql {
  // NOLINTNEXTLINE(google-explicit-constructor): literals are meant to convert
  consteval Sql(const char* sql) : text(sql) {}
  const char* text;
};

// A statement with its parameters, to be sent.
struct Statement {
  template <class... Values>
  explicit Statement(Sql statement, const Values&... values)
      : sql(statement), parameters{parameter(values)...} {}

  Sql sql;
  std::vector<Parameter> parameters;
};

// One session at the database, with the statements it has prepared so far. Never
// waits without a limit: the socket is non-blocking, and every call ends by the
// deadline that was set last.
//
// Threading: one thread at a time. Errors: throws Failure; one of the connection
// itself leaves it disconnected. Limits: looking up the host's name is the
// system's resolver's, which has its own.
class Connection {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // `timeout`: what the server grants one statement. Not connected yet.
  Connection(Target target, std::chrono::milliseconds timeout);

  void set_deadline(Deadline deadline) noexcept { deadline_ = deadline; }

  void connect();
  void disconnect() noexcept;
  // Whether it is connected and the server has not hung up meanwhile.
  [[nodiscard]] bool usable() noexcept;
  void connect_unless_usable() {
    if (!usable()) connect();
  }

  // Sends all, then reads what each came to: one round trip.
  std::vector<Rows> exchange(std::span<const Statement> statements);

  template <class... Values>
  Rows run(Sql sql, const Values&... values) {
    const Statement one(sql, values...);
    return std::move(exchange({&one, 1}).front());
  }

  // COPY … FROM STDIN: what `data` holds in the format that the statement names.
  void copy(Sql sql, std::string_view data);

  // Statements without parameters, for settings and the schema; results are dropped.
  void script(const std::string& sql);

  [[nodiscard]] const Target& target() const noexcept { return target_; }
  [[nodiscard]] std::chrono::milliseconds timeout() const noexcept { return timeout_; }
  // As 150018 for 15.18.
  [[nodiscard]] int server_version() const noexcept;

 private:
  struct Finish {
    void operator()(pg_conn* connection) const noexcept;
  };
  // What is on its way back: the answer to a PREPARE (of `prepared`) or to a statement.
  struct Awaited {
    const char* prepared = nullptr;
  };

  [[nodiscard]] std::vector<Awaited> send(std::span<const Statement> statements);
  void send_prepare(const Statement& statement);
  void send_run(const Statement& statement);
  [[nodiscard]] std::vector<Rows> receive(std::span<const Awaited> awaited);
  void send_copied(std::string_view data);
  [[nodiscard]] std::optional<Failure> end_of_command();
  [[nodiscard]] pg_result* next_result();
  void wait_for(short events);
  [[nodiscard]] const std::string& name_of(Sql sql);
  [[noreturn]] void lost(const std::string& why);

  const Target target_;
  const std::chrono::milliseconds timeout_;
  Deadline deadline_;
  std::unique_ptr<pg_conn, Finish> connection_;
  std::unordered_map<const char*, std::string> names_;  // of statements, the same in every session
  std::unordered_set<const char*> prepared_;            // in this one
};

}  // namespace chatserver::store::postgres
