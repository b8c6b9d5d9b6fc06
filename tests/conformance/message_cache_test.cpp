#include "conformance/message_cache.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "cache/embedded/embedded_cache.hpp"
#include "conformance/postgres_support.hpp"
#include "conformance/sqlite_support.hpp"
#include "conformance/valkey_support.hpp"
#include "support/faulty_store.hpp"

namespace chatserver::cache::conformance {
namespace {

// The embedded cache over a store whose failures the suite may command.
class EmbeddedWorld : public World {
 public:
  std::unique_ptr<MessageCache> open(Options options) override {
    faulty_.reset();
    store_.reset();
    store_ = open_store({.messages = 10, .window = 60s});
    faulty_.emplace(*store_);
    return std::make_unique<EmbeddedCache>(std::move(options), *faulty_, clock(), log_);
  }

  store::Store& store() override { return *store_; }
  void lose_answer_to_next_change() override { faulty_->lose_next_answer(); }
  void set_failing(bool failing) override { faulty_->set_failing(failing); }
  void set_unreadable(bool unreadable) override { faulty_->set_unreadable(unreadable); }
  void hold_writes() override {
    writes_held_after_ = faulty_->append_gate().arrived();
    faulty_->append_gate().close();
  }
  void wait_for_held_write() override { faulty_->append_gate().wait_for_arrival(writes_held_after_ + 1); }
  void release_writes() override {
    if (faulty_) faulty_->append_gate().open();
  }

 private:
  virtual std::unique_ptr<store::Store> open_store(const RateLimit& initial) = 0;

  Log log_{LogLevel::off, LogFormat::text};
  std::unique_ptr<store::Store> store_;
  std::optional<test::FaultyStore> faulty_;
  int writes_held_after_ = 0;
};

class OverSqlite final : public EmbeddedWorld {
  std::unique_ptr<store::Store> open_store(const RateLimit& initial) override {
    auto options = store::conformance::options_for(directory_.path() / "chat.db");
    options.initial_rate_limit = initial;
    return store::conformance::open_or_throw(options);
  }

  store::conformance::TemporaryDirectory directory_;
};

class OverPostgres final : public EmbeddedWorld {
  std::unique_ptr<store::Store> open_store(const RateLimit& initial) override {
    auto options = database_.options();
    options.initial_rate_limit = initial;
    return store::conformance::open_or_throw(options);
  }

  store::conformance::PostgresDatabase database_;
};

const CacheBackend over_sqlite{.name = "EmbeddedOverSqlite",
                               .make = [] { return std::make_unique<OverSqlite>(); }};
const CacheBackend over_postgres{.name = "EmbeddedOverPostgres",
                                 .make = [] { return std::make_unique<OverPostgres>(); }};

CacheBackend on(const std::string& kind, const std::string& name) {
  return {.name = name, .make = [kind] { return std::make_unique<ValkeyWorld>(kind); }};
}

INSTANTIATE_TEST_SUITE_P(Backend, MessageCacheConformance,
                         testing::Values(over_sqlite, over_postgres, on("valkey", "Valkey8"),
                                         on("redis", "Redis7")),
                         backend_name);
INSTANTIATE_TEST_SUITE_P(Backend, MessageCacheChannels,
                         testing::Values(over_sqlite, over_postgres, on("valkey", "Valkey8"),
                                         on("redis", "Redis7")),
                         backend_name);

}  // namespace
}  // namespace chatserver::cache::conformance
