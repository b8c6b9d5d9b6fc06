#include "conformance/message_cache.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "cache/embedded/embedded_cache.hpp"
#include "conformance/sqlite_support.hpp"
#include "support/faulty_store.hpp"

namespace chatserver::cache::conformance {
namespace {

class EmbeddedOverSqlite final : public World {
 public:
  std::unique_ptr<MessageCache> open(Options options) override {
    faulty_.reset();
    sqlite_.reset();
    auto sqlite_options = store::conformance::options_for(directory_.path() / "chat.db");
    sqlite_options.initial_rate_limit = {.messages = 10, .window = 60s};
    sqlite_ = store::conformance::open_or_throw(sqlite_options);
    faulty_.emplace(*sqlite_);
    return std::make_unique<EmbeddedCache>(std::move(options), *faulty_, clock(), log_);
  }

  store::Store& store() override { return *sqlite_; }
  void set_failing(bool failing) override { faulty_->set_failing(failing); }
  void hold_writes() override {
    writes_held_after_ = faulty_->append_gate().arrived();
    faulty_->append_gate().close();
  }
  void wait_for_held_write() override { faulty_->append_gate().wait_for_arrival(writes_held_after_ + 1); }
  void release_writes() override {
    if (faulty_) faulty_->append_gate().open();
  }

 private:
  store::conformance::TemporaryDirectory directory_;
  Log log_{LogLevel::off, LogFormat::text};
  std::unique_ptr<store::Store> sqlite_;
  std::optional<test::FaultyStore> faulty_;
  int writes_held_after_ = 0;
};

const CacheBackend embedded{.name = "EmbeddedOverSqlite",
                            .make = [] { return std::make_unique<EmbeddedOverSqlite>(); }};

INSTANTIATE_TEST_SUITE_P(Backend, MessageCacheConformance, testing::Values(embedded), backend_name);

}  // namespace
}  // namespace chatserver::cache::conformance
