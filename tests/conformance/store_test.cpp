#include "conformance/store.hpp"

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

INSTANTIATE_TEST_SUITE_P(Backend, StoreConformance, testing::Values(sqlite), backend_name);

}  // namespace
}  // namespace chatserver::store::conformance
