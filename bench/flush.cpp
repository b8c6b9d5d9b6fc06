// From Valkey to PostgreSQL, when many messages wait: see README.md.

#include <chrono>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "load/full_stack.hpp"
#include "load/interrupt.hpp"
#include "load/machine.hpp"
#include "load/program.hpp"
#include "load/waiting_log.hpp"

namespace chatserver::bench {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_every{5};

struct Options {
  std::size_t messages = 1'000'000;
  bool nonces = false;
  std::string cache_server = "valkey";
  std::string appendfsync = "always";
};

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

double megabytes(std::size_t bytes) {
  return static_cast<double>(bytes) / 1e6;
}

// Nobody is connected.
class Nobody final : public cache::Subscriber {
 public:
  void deliver(cache::Delivery) override {}
  void start_over(cache::FreshStart) override {}
};

std::int64_t stored(store::Store& store) {
  const auto counts = store.message_counts();
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0},
                         [](std::int64_t sum, const ChannelCount& one) { return sum + one.message_count; });
}

// The highest that the process had meanwhile.
std::size_t wait_until_flushed(cache::MessageCache& cache, store::Store& store, std::int64_t messages) {
  std::size_t peak = 0;
  while (cache.health().backlog > 0 || stored(store) < messages) {
    throw_if_interrupted();
    if (!cache.health().store.empty()) throw std::runtime_error("the database does not take them");
    peak = std::max(peak, anonymous_memory_bytes(::getpid()));
    std::this_thread::sleep_for(look_every);
  }
  return peak;
}

void measure(const Options& options) {
  catch_interrupts();
  FullStack stack({.cache_server = options.cache_server, .appendfsync = options.appendfsync});
  stack.open_cache()->stop();  // makes the log

  auto start = steady_clock::now();
  fill_log(stack.valkey_url(), options.messages, options.nonces);
  fmt::print("{} messages wait{}; {:.0f}/s went into the log\n", options.messages,
             options.nonces ? ", each with a nonce" : "",
             static_cast<double>(options.messages) / seconds_since(start));
  const std::size_t before = anonymous_memory_bytes(::getpid());

  start = steady_clock::now();
  const auto cache = stack.open_cache();
  const std::size_t opened = anonymous_memory_bytes(::getpid());
  fmt::print("a server that starts has read them after {:.1f} s: {:.0f} MB (RssAnon), {:.0f} before\n",
             seconds_since(start), megabytes(opened), megabytes(before));

  Nobody nobody;
  start = steady_clock::now();
  (void)cache->start(nobody);
  const auto messages = static_cast<std::int64_t>(options.messages);
  const std::size_t peak = wait_until_flushed(*cache, stack.store(), messages);
  const double seconds = seconds_since(start);
  cache->stop();
  if (stored(stack.store()) != messages) throw std::runtime_error("not every message is there once");
  fmt::print("{:.0f} messages/s flushed: {:.1f} s, at most {:.0f} MB\n",
             static_cast<double>(options.messages) / seconds, seconds, megabytes(peak));
}

}  // namespace
}  // namespace chatserver::bench

int main(int argc, char** argv) {
  using namespace chatserver::bench;
  Options options;
  CLI::App app("How fast messages that wait in Valkey get into PostgreSQL", "bench_flush");
  app.add_option("--messages", options.messages, "that wait")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000'000));
  app.add_flag("--nonces", options.nonces, "every message has a nonce, which is stored too");
  app.add_option("--cache-server", options.cache_server)
      ->capture_default_str()
      ->check(CLI::IsMember({"valkey", "redis"}));
  app.add_option("--appendfsync", options.appendfsync, "of Valkey")
      ->capture_default_str()
      ->check(CLI::IsMember({"always", "everysec"}));
  return run_benchmark(app, argc, argv, [&] { measure(options); });
}
