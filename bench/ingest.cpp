// How many messages Valkey takes in: see README.md.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/mutex.hpp"
#include "load/full_stack.hpp"
#include "load/histogram.hpp"
#include "load/interrupt.hpp"
#include "load/program.hpp"

namespace chatserver::bench {
namespace {

using std::chrono::steady_clock;

struct Options {
  std::size_t in_flight = 2'000;
  int seconds = 10;
  int rounds = 2;
  bool nonces = false;
  std::string cache_server = "valkey";
  std::string appendfsync = "always";
};

// Whose messages came back, as they are delivered.
class Acknowledged final : public cache::Subscriber {
 public:
  void deliver(cache::Delivery delivery) override {
    if (!delivery.refusals.empty()) refused_ = true;
    {
      const MutexLock lock(mutex_);
      for (const Message& message : delivery.messages) authors_.push_back(message.author);
    }
    came_.notify_one();
  }
  void start_over(cache::FreshStart) override { refused_ = true; }

  // Waits until there is one.
  [[nodiscard]] std::vector<User> take() CHAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    while (authors_.empty()) {
      throw_if_interrupted();
      if (refused_) throw std::runtime_error("a message was refused");
      came_.wait_for(mutex_, std::chrono::milliseconds(100));
    }
    return std::exchange(authors_, {});
  }

 private:
  std::atomic<bool> refused_ = false;
  Mutex mutex_;
  ConditionVariable came_;
  std::vector<User> authors_ CHAT_GUARDED_BY(mutex_);
};

// Users who each say something, and again as soon as they see it.
class Talk {
 public:
  Talk(cache::MessageCache& cache, Acknowledged& acknowledged, bool nonces)
      : cache_(cache), acknowledged_(acknowledged), nonces_(nonces) {}

  void begin(std::size_t users) {
    sent_at_.resize(users);
    std::vector<User> all;
    for (std::size_t i = 0; i < users; ++i) all.push_back(user_number(i));
    say(all);
  }

  // Until then; returns how many came back.
  std::uint64_t go_on(steady_clock::time_point until, LatencyHistogram& times) {
    std::uint64_t count = 0;
    while (steady_clock::now() < until) {
      const std::vector<User> back = acknowledged_.take();
      const auto now = steady_clock::now();
      for (const User& user : back) {
        times.record(static_cast<std::uint64_t>((now - sent_at_.at(number_of(user))).count()));
      }
      count += back.size();
      say(back);
    }
    return count;
  }

  void end() {
    for (std::size_t left = sent_at_.size(); left > 0;) left -= acknowledged_.take().size();
  }

 private:
  // "user17"
  static std::size_t number_of(const User& user) { return std::stoul(user.username.substr(4)); }

  void say(const std::vector<User>& users) {
    const auto now = steady_clock::now();
    std::vector<cache::Submission> submissions;
    for (const User& user : users) {
      sent_at_.at(number_of(user)) = now;
      submissions.push_back({.origin = {},
                             .author = user,
                             .to = ChannelId(1),
                             .text = text_number(++said_),
                             .nonce = nonces_ ? std::to_string(said_) : ""});
    }
    cache_.submit_all(std::move(submissions));
  }

  cache::MessageCache& cache_;
  Acknowledged& acknowledged_;
  const bool nonces_;
  std::size_t said_ = 0;
  std::vector<steady_clock::time_point> sent_at_;
};

void measure(const Options& options) {
  catch_interrupts();
  FullStack stack({.cache_server = options.cache_server, .appendfsync = options.appendfsync});
  const auto cache = stack.open_cache();
  Acknowledged acknowledged;
  (void)cache->start(acknowledged);
  Talk talk(*cache, acknowledged, options.nonces);
  talk.begin(options.in_flight);
  LatencyHistogram warming_up;
  (void)talk.go_on(steady_clock::now() + std::chrono::seconds(1), warming_up);
  fmt::print("appendfsync {}, {} in flight{}\n{:>12} {:>8} {:>8} {:>10}\n", options.appendfsync,
             options.in_flight, options.nonces ? ", each with a nonce" : "", "messages/s", "p50 ms", "p99 ms",
             "waiting");
  for (int round = 0; round < options.rounds; ++round) {
    LatencyHistogram times;
    const auto start = steady_clock::now();
    const std::uint64_t count = talk.go_on(start + std::chrono::seconds(options.seconds), times);
    const double seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
    fmt::print("{:>12.0f} {:>8.1f} {:>8.1f} {:>10}\n", static_cast<double>(count) / seconds,
               static_cast<double>(times.quantile(0.5)) / 1e6,
               static_cast<double>(times.quantile(0.99)) / 1e6, cache->health().backlog);
    std::fflush(stdout);
  }
  talk.end();
  cache->stop();
}

}  // namespace
}  // namespace chatserver::bench

int main(int argc, char** argv) {
  using namespace chatserver::bench;
  Options options;
  CLI::App app("How many messages Valkey accepts, delivers and hands on to PostgreSQL", "bench_ingest");
  app.add_option("--in-flight", options.in_flight, "users, each with one message on its way")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000));
  app.add_option("--seconds", options.seconds, "a round")->capture_default_str()->check(CLI::Range(1, 3'600));
  app.add_option("--rounds", options.rounds)->capture_default_str()->check(CLI::Range(1, 100));
  app.add_flag("--nonces", options.nonces, "every message has a nonce");
  app.add_option("--cache-server", options.cache_server)
      ->capture_default_str()
      ->check(CLI::IsMember({"valkey", "redis"}));
  app.add_option("--appendfsync", options.appendfsync, "of Valkey")
      ->capture_default_str()
      ->check(CLI::IsMember({"always", "everysec"}));
  return run_benchmark(app, argc, argv, [&] { measure(options); });
}
