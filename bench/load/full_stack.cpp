#include "load/full_stack.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "cache/valkey/valkey_cache.hpp"
#include "load/machine.hpp"
#include "load/zipf_text.hpp"
#include "store/postgres/postgres_store.hpp"

namespace chatserver::bench {
namespace {

constexpr std::size_t texts_count = 10'000;

std::unique_ptr<store::Store> open_store(const test::PostgresServer& server, Log& log) {
  auto store = store::open_postgres(
      {.url = server.url("postgres"), .access = store::Access::node, .initial_rate_limit = FullStack::limit},
      log);
  if (!store) throw std::runtime_error(store.error().detail);
  return *std::move(store);
}

}  // namespace

FullStack::FullStack(const Options& options)
    : options_(options),
      postgres_({"-c", "fsync=on", "-c", "shared_buffers=512MB"}),
      valkey_(options.cache_server, {"--appendfsync", options.appendfsync}) {
  need_disk(postgres_.directory());
  need_disk(valkey_.directory());
  store_ = open_store(postgres_, log_);
}

std::unique_ptr<cache::MessageCache> FullStack::open_cache() {
  auto cache = cache::open_valkey({.backend = cache::Backend::valkey,
                                   .url = valkey_.url(),
                                   .backlog_max = options_.backlog_max,
                                   .durable = options_.appendfsync == "always"},
                                  {.store = *store_, .random = random_, .log = log_});
  if (!cache) throw std::runtime_error(cache.error());
  return *std::move(cache);
}

User user_number(std::size_t number) {
  return {.id = UserId(fmt::format("00000000-0000-4000-8000-{:012}", number)),
          .username = fmt::format("user{}", number)};
}

std::string text_number(std::size_t number) {
  static const auto texts = [] {
    ZipfText words(1);
    std::vector<std::string> made;
    while (made.size() < texts_count) made.push_back(words.message());
    return made;
  }();
  return texts.at(number % texts_count);
}

}  // namespace chatserver::bench
