// What a session costs that does nothing: see README.md.

#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "load/connecting.hpp"
#include "load/interrupt.hpp"
#include "load/marker.hpp"
#include "load/presence_watch.hpp"
#include "load/program.hpp"
#include "load/synthetic_users.hpp"

namespace chatserver::bench {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000U;

struct Options {
  ServerChoice choice;
  std::size_t sessions = 10'000;
  std::size_t first_sessions = 100;  // before the measurement: what is allocated once
  std::size_t users = 50;            // who share the sessions
};

// Polls until nothing has come for two seconds; throws after ten minutes: where every session is
// another user, telling each of all the others takes a while within the presence budget.
void wait_until_quiet(Swarm& swarm) {
  const std::uint64_t deadline = now_ns() + 600 * second_ns;
  std::uint64_t reads = 0;
  do {
    reads = swarm.reads();
    swarm.poll_until(now_ns() + 2 * second_ns);
    if (now_ns() > deadline) throw std::runtime_error("the sessions do not become quiet");
  } while (swarm.reads() != reads);
}

void measure(const Options& options) {
  catch_interrupts();
  const std::size_t all = options.sessions + options.first_sessions;
  need_open_files(all + 200);
  pin_to_core(options.choice.load_core);
  MeasuredServer server(options.choice.server());
  const std::vector<std::string> tokens = synthetic_tokens(server, options.users);
  PresenceWatch watch(all, options.users);
  Swarm swarm(server.port(), watch);
  const auto token_of = [&](std::size_t client) -> const std::string& {
    return tokens[client % tokens.size()];
  };

  connect_clients(swarm, {.clients = options.first_sessions}, token_of);
  wait_until_quiet(swarm);
  const auto before = static_cast<double>(anonymous_memory_bytes(server.pid()));
  connect_clients(swarm, {.clients = options.sessions}, token_of);
  wait_until_quiet(swarm);
  if (watch.welcomed() != all) throw std::runtime_error("not every session was welcomed");
  const auto after = static_cast<double>(anonymous_memory_bytes(server.pid()));
  server.check_alive();

  fmt::print("{:>10} {:>7} {:>12} {:>12} {:>14}\n", "sessions", "users", "before MiB", "after MiB",
             "bytes/session");
  constexpr double mib = 1024.0 * 1024;
  fmt::print("{:>10} {:>7} {:>12.2f} {:>12.2f} {:>14.0f}\n", options.sessions, options.users, before / mib,
             after / mib, (after - before) / static_cast<double>(options.sessions));
}

}  // namespace
}  // namespace chatserver::bench

int main(int argc, char** argv) {
  using namespace chatserver::bench;
  Options options;
  CLI::App app("User-space memory of an idle session", "bench_idle");
  options.choice.add_to(app);
  app.add_option("--sessions", options.sessions)->capture_default_str()->check(CLI::Range(1, 100000));
  app.add_option("--first-sessions", options.first_sessions, "connected before the memory is first read")
      ->capture_default_str()
      ->check(CLI::Range(0, 10000));
  app.add_option("--users", options.users, "who share the sessions")
      ->capture_default_str()
      ->check(CLI::Range(1, 15000));
  return run_benchmark(app, argc, argv, [&] { measure(options); });
}
