#include "conformance/store.hpp"

#include <SQLiteCpp/Database.h>

#include "conformance/postgres_support.hpp"
#include "conformance/sqlite_support.hpp"

namespace chatserver::store::conformance {
namespace {

class SqliteDatabase final : public Database {
 public:
  std::unique_ptr<Store> open() override { return open_or_throw(options_for(path())); }
  void run(const std::string& sql) override {
    SQLite::Database(path().string(), SQLite::OPEN_READWRITE).exec(sql);
  }

 private:
  [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "chat.db"; }

  TemporaryDirectory directory_;
};

const StoreBackend sqlite{.name = "Sqlite", .initial_rate_limit = test_rate_limit, .make = [] {
                            return std::make_unique<SqliteDatabase>();
                          }};

class OnPostgres final : public Database {
 public:
  std::unique_ptr<Store> open() override { return open_or_throw(database_.options()); }
  void run(const std::string& sql) override { database_.psql().run("SET search_path = chatserver; " + sql); }

 private:
  PostgresDatabase database_;
};

const StoreBackend postgres{.name = "Postgres", .initial_rate_limit = test_rate_limit, .make = [] {
                              return std::make_unique<OnPostgres>();
                            }};

INSTANTIATE_TEST_SUITE_P(Backend, StoreConformance, testing::Values(sqlite, postgres), backend_name);
INSTANTIATE_TEST_SUITE_P(Backend, StoreChannels, testing::Values(sqlite, postgres), backend_name);
INSTANTIATE_TEST_SUITE_P(Backend, StoreManyMessages, testing::Values(sqlite, postgres), backend_name);
INSTANTIATE_TEST_SUITE_P(Backend, SearchConformance, testing::Values(sqlite, postgres), backend_name);

}  // namespace
}  // namespace chatserver::store::conformance
