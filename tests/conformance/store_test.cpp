#include "conformance/store.hpp"

#include "conformance/postgres_support.hpp"
#include "conformance/sqlite_support.hpp"

namespace chatserver::store::conformance {
namespace {

class SqliteDatabase final : public Database {
 public:
  std::unique_ptr<Store> open() override { return open_or_throw(options_for(directory_.path() / "chat.db")); }

 private:
  TemporaryDirectory directory_;
};

const StoreBackend sqlite{.name = "Sqlite", .initial_rate_limit = test_rate_limit, .make = [] {
                            return std::make_unique<SqliteDatabase>();
                          }};

class OnPostgres final : public Database {
 public:
  std::unique_ptr<Store> open() override { return open_or_throw(database_.options()); }

 private:
  PostgresDatabase database_;
};

const StoreBackend postgres{.name = "Postgres", .initial_rate_limit = test_rate_limit, .make = [] {
                              return std::make_unique<OnPostgres>();
                            }};

INSTANTIATE_TEST_SUITE_P(Backend, StoreConformance, testing::Values(sqlite, postgres), backend_name);
INSTANTIATE_TEST_SUITE_P(Backend, SearchConformance, testing::Values(sqlite, postgres), backend_name);

}  // namespace
}  // namespace chatserver::store::conformance
