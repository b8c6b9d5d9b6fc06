#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <SQLiteCpp/Database.h>

#include "base/clock.hpp"
#include "base/strong_id.hpp"

struct sqlite3_stmt;

namespace chatserver::store::sqlite {

// A statement's text: a constant of the program, so that its address identifies it.
struct Sql {
  // NOLINTNEXTLINE(google-explicit-constructor): literals are meant to convert
  consteval Sql(const char* sql) : text(sql) {}
  const char* text;
};

enum class Mode { read_only, read_write };

// One connection to the database, with the statements it has prepared so far.
// Threading: one thread at a time. Errors: throws SQLite::Exception.
class Connection {
 public:
  // `path` is absolute. The file must exist.
  Connection(const std::filesystem::path& path, Mode mode, std::chrono::milliseconds busy_timeout);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs statements that take no part in ordinary work: pragmas, schema changes.
  void execute(const char* sql) { database_.exec(sql); }

  // Rows that the last INSERT, UPDATE or DELETE changed.
  [[nodiscard]] int changes() const noexcept { return database_.getChanges(); }
  [[nodiscard]] std::int64_t last_row_id() const noexcept { return database_.getLastInsertRowid(); }

 private:
  friend class Query;
  friend class Snapshot;
  friend class Transaction;

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };

  [[nodiscard]] sqlite3_stmt* prepared(Sql sql);

  SQLite::Database database_;
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

// One run of a statement, its parameters bound in order. Ends the statement on
// destruction: one left open would hold its snapshot, and the write-ahead log
// could not be shortened. A statement has one Query at a time.
class Query {
 public:
  template <class... Values>
  explicit Query(Connection& connection, Sql sql, const Values&... values)
      : connection_(connection), statement_(connection.prepared(sql)) {
    int index = 0;
    (bind(++index, values), ...);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  // Goes to the next row; false after the last.
  [[nodiscard]] bool next();
  // For statements whose rows, if any, are of no interest.
  void run();

  [[nodiscard]] bool is_null(int column) const noexcept;
  [[nodiscard]] std::int64_t integer(int column) const noexcept;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] Timestamp time(int column) const noexcept;

 private:
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view value);
  void bind(int index, Timestamp value) { bind(index, value.time_since_epoch().count()); }
  template <class Tag, class Value>
  void bind(int index, const StrongId<Tag, Value>& value) {
    bind(index, value.value());
  }
  // A parameter that is not bound is NULL.
  template <class Value>
  void bind(int index, const std::optional<Value>& value) {
    if (value) bind(index, *value);
  }

  Connection& connection_;
  sqlite3_stmt* statement_;
};

// While it lives, everything that the connection reads is of one moment.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot();

 private:
  Connection& connection_;
};

// A write transaction; undone unless committed.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  // Durable on return. When it throws, the transaction is still to be undone.
  void commit();

 private:
  Connection& connection_;
};

}  // namespace chatserver::store::sqlite
