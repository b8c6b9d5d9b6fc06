#pragma once

#include <memory>
#include <string>

#include "base/log.hpp"
#include "base/random.hpp"
#include "cache/message_cache.hpp"
#include "store/store.hpp"
#include "support/postgres_server.hpp"
#include "support/valkey_server.hpp"

namespace chatserver::bench {

// A PostgreSQL and a Valkey of our own, both on a disk, and what a server has of them: the store and the
// cache, without sessions, HTTP and search around them. PostgreSQL is as on a small machine of its
// own, and waits for its disk.
//
// Threading: one thread. Errors: throws std::runtime_error.
class FullStack {
 public:
  struct Options {
    std::string cache_server = "valkey";  // or "redis"
    std::string appendfsync = "always";   // or "everysec", where acknowledged messages may be lost
    std::size_t backlog_max = 2'000'000;
  };

  explicit FullStack(const Options& options);

  [[nodiscard]] store::Store& store() { return *store_; }
  [[nodiscard]] std::string valkey_url() const { return valkey_.url(); }
  // As a server that starts now.
  [[nodiscard]] std::unique_ptr<cache::MessageCache> open_cache();

  // So high that no sender reaches it, so low that Valkey need not remember much.
  static constexpr RateLimit limit{.messages = 1'000, .window = std::chrono::seconds(1)};

 private:
  const Options options_;
  Log log_{LogLevel::warning, LogFormat::text};
  SystemRandom random_;
  test::PostgresServer postgres_;
  test::ValkeyServer valkey_;
  std::unique_ptr<store::Store> store_;
};

// A user of whom there are many, and what the n-th message of all says: the same each time.
[[nodiscard]] User user_number(std::size_t number);
[[nodiscard]] std::string text_number(std::size_t number);

}  // namespace chatserver::bench
