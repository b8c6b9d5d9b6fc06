#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <libpq-fe.h>

#include "base/log.hpp"
#include "conformance/sqlite_support.hpp"
#include "store/postgres/postgres_store.hpp"
#include "support/postgres_server.hpp"

namespace chatserver::store::conformance {

// Started by the first test that asks, for all of the program.
[[nodiscard]] inline test::PostgresServer& postgres_server() {
  static test::PostgresServer server;
  return server;
}

[[nodiscard]] inline Log& silent_log() {
  static Log log(LogLevel::off, LogFormat::text);
  return log;
}

// Another client of a database, as an operator's psql.
class Psql {
 public:
  explicit Psql(const std::string& url) : connection_(PQconnectdb(url.c_str()), PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK)
      throw std::runtime_error(PQerrorMessage(connection_.get()));
    PQsetNoticeReceiver(connection_.get(), [](void*, const PGresult*) {}, nullptr);
  }

  // The first value of the last statement's rows; empty when there is none.
  std::string run(const std::string& sql) {
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection_.get(), sql.c_str()),
                                                                PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      throw std::runtime_error(PQresultErrorMessage(result.get()));
    }
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
  }

 private:
  std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
};

// A database of one test.
class PostgresDatabase {
 public:
  PostgresDatabase() : PostgresDatabase("") {}
  // A copy of another, to which nobody may be connected.
  [[nodiscard]] static std::unique_ptr<PostgresDatabase> like(const PostgresDatabase& other) {
    return std::unique_ptr<PostgresDatabase>(
        new PostgresDatabase(" TEMPLATE " + other.name_ + " STRATEGY file_copy"));
  }
  PostgresDatabase(const PostgresDatabase&) = delete;
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;

  [[nodiscard]] std::string url() const { return postgres_server().url(name_); }
  [[nodiscard]] Psql psql() const { return Psql(url()); }
  [[nodiscard]] PostgresOptions options(Access access = Access::server) const {
    return {.url = url(),
            .access = access,
            .pool = 4,
            .timeout = store_timeout,
            .initial_rate_limit = test_rate_limit};
  }

 private:
  explicit PostgresDatabase(const std::string& options) {
    static std::atomic<int> made = 0;
    name_ = "test" + std::to_string(++made);
    Psql(postgres_server().url("postgres")).run("CREATE DATABASE " + name_ + options);
  }

  std::string name_;
};

[[nodiscard]] inline std::unique_ptr<Store> open_or_throw(const PostgresOptions& options) {
  auto store = open_postgres(options, silent_log());
  if (!store) throw std::runtime_error(store.error().detail);
  return std::move(*store);
}

}  // namespace chatserver::store::conformance
