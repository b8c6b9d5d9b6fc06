#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "base/log.hpp"
#include "base/random.hpp"
#include "cache/valkey/entry.hpp"
#include "cache/valkey/merging.hpp"
#include "cache/valkey/valkey_cache.hpp"
#include "conformance/message_cache.hpp"
#include "conformance/postgres_support.hpp"
#include "conformance/valkey_client.hpp"
#include "support/faulty_store.hpp"
#include "support/shared_clock.hpp"
#include "support/valkey_server.hpp"

namespace chatserver::cache::conformance {

// What is durable with Valkey: what is in the database, and what is still in the log.
class DurableView final : public test::FaultyStore {
 public:
  DurableView(store::Store& store, const test::ValkeyServer& server, std::string prefix)
      : FaultyStore(store), client_(server), prefix_(std::move(prefix)) {}

  store::Messages messages_between(CacheId after, CacheId up_to, std::size_t limit) override {
    std::vector<Message> in_log;
    for (const valkey::Entry& entry : client_.log(prefix_)) {
      const auto* message = std::get_if<Message>(&entry.what);
      if (message != nullptr && message->cache_id > after && message->cache_id <= up_to)
        in_log.push_back(*message);
    }
    return valkey::merged(FaultyStore::messages_between(after, up_to, limit), std::move(in_log), limit);
  }

 private:
  ValkeyClient client_;
  const std::string prefix_;
};

// A Valkey cache over a database of its own and a prefix of its own on a shared server. What fails
// and is held up are the server's writes, and the database's.
class ValkeyWorld final : public World {
 public:
  explicit ValkeyWorld(const std::string& kind) : server_(valkey_server(kind)), client_(server_) {
    static std::atomic<int> made = 0;
    prefix_ = "test" + std::to_string(++made);
  }
  ~ValkeyWorld() override {
    cache_failing(false);
    ValkeyWorld::release_writes();
  }

  std::unique_ptr<MessageCache> open(Options options) override {
    view_.reset();
    faulty_.reset();
    store_.reset();
    auto store_options = database_.options(store::Access::node);
    store_options.initial_rate_limit = {.messages = 10, .window = 60s};
    store_ = store::conformance::open_or_throw(store_options);
    faulty_.emplace(*store_);
    view_.emplace(*store_, server_, prefix_);
    options.url = server_.url();
    options.prefix = prefix_;
    options.timeout = store::conformance::store_timeout;
    auto cache = open_valkey(std::move(options),
                             {.store = *faulty_, .random = random_, .log = log_, .test_clock = &clock()});
    if (!cache) throw std::runtime_error(cache.error());
    return *std::move(cache);
  }

  store::Store& store() override { return *view_; }
  void lose_answer_to_next_change() override { faulty_->lose_next_answer(); }
  void set_failing(bool failing) override {
    faulty_->set_failing(failing);
    cache_failing(failing);
  }
  void set_unreadable(bool unreadable) override { faulty_->set_unreadable(unreadable); }
  void hold_writes() override { client_.run({"CLIENT", "PAUSE", "60000", "WRITE"}); }
  void wait_for_held_write() override {
    while (!is_append_held()) std::this_thread::yield();
  }
  void release_writes() override { client_.run({"CLIENT", "UNPAUSE"}); }

  [[nodiscard]] ValkeyClient& client() { return client_; }
  [[nodiscard]] const std::string& prefix() const { return prefix_; }

 private:
  // Without a replica that it asks for, a server refuses every write.
  void cache_failing(bool failing) {
    client_.run({"CONFIG", "SET", "min-replicas-to-write", failing ? "1" : "0"});
  }

  // "name=PREFIX:append … flags=bU … cmd=fcall"
  bool is_append_held() {
    const std::string list = client_.run({"CLIENT", "LIST"}).text();
    const std::size_t start = list.find("name=" + prefix_ + ":append ");
    if (start == std::string::npos) return false;
    const std::string line = list.substr(start, list.find('\n', start) - start);
    return line.find(" flags=b") != std::string::npos && line.find(" cmd=fcall") != std::string::npos;
  }

  test::ValkeyServer& server_;
  ValkeyClient client_;
  std::string prefix_;
  SystemRandom random_;
  Log log_{LogLevel::off, LogFormat::text};
  store::conformance::PostgresDatabase database_;
  std::unique_ptr<store::Store> store_;
  std::optional<test::FaultyStore> faulty_;
  std::optional<DurableView> view_;
};

}  // namespace chatserver::cache::conformance
