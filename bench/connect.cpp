// Thousands of users who connect at once: see README.md.

#include <algorithm>
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

struct Options {
  ServerChoice choice;
  std::vector<std::size_t> users{1000, 2500, 5000};
  std::size_t handshakes_max = 128;
  double seconds_max = 300;

  // The server's settings presence.bytes_per_second and presence.bytes_per_second_total.
  double session_bytes_per_second = 16.0 * 1024;
  double node_bytes_per_second = 64.0 * 1024 * 1024;
};

struct Outcome {
  double welcomed_seconds = 0;
  double agreed_seconds = 0;
  double server_cpu_seconds = 0;
  double status_frames = 0;
  double status_bytes = 0;
};

Outcome connect_all(const Options& options, std::size_t users) {
  ServerOptions server_options = options.choice.server();
  server_options.arguments = {fmt::format("--presence.bytes_per_second={}B",
                                          static_cast<std::size_t>(options.session_bytes_per_second)),
                              fmt::format("--presence.bytes_per_second_total={}B",
                                          static_cast<std::size_t>(options.node_bytes_per_second))};
  MeasuredServer server(server_options);
  const std::vector<std::string> tokens = synthetic_tokens(server, users);
  PresenceWatch watch(users, users);
  Swarm swarm(server.port(), watch);

  const std::uint64_t cpu_before = process_cpu_ns(server.pid());
  const std::uint64_t began = now_ns();
  const auto seconds = [&] { return static_cast<double>(now_ns() - began) / 1e9; };
  const auto poll_until_all = [&](auto count, const char* what) {
    while (count() < users) {
      if (seconds() > options.seconds_max) {
        throw std::runtime_error(
            fmt::format("after {:.0f} s only {} of {} clients {}", seconds(), count(), users, what));
      }
      swarm.poll(100);
    }
    return seconds();
  };
  connect_clients(
      swarm, {.clients = users, .handshakes_max = options.handshakes_max, .seconds_max = options.seconds_max},
      [&](std::size_t client) -> const std::string& { return tokens[client]; });
  Outcome outcome;
  outcome.welcomed_seconds = poll_until_all([&] { return watch.welcomed(); }, "were welcomed");
  outcome.agreed_seconds = poll_until_all([&] { return watch.agreeing(); }, "knew everybody");
  outcome.server_cpu_seconds = static_cast<double>(process_cpu_ns(server.pid()) - cpu_before) / 1e9;
  outcome.status_frames = static_cast<double>(watch.status_frames());
  outcome.status_bytes = static_cast<double>(watch.status_bytes());
  return outcome;
}

// When all must agree at the latest: they are connected, then each is told of
// every user at the budget of a session, or all together at that of the node.
double bound_seconds(const Options& options, std::size_t users, const Outcome& outcome) {
  if (outcome.status_frames == 0) return outcome.welcomed_seconds;
  const double told = static_cast<double>(users) * outcome.status_bytes / outcome.status_frames;
  return outcome.welcomed_seconds +
         std::max(told / options.session_bytes_per_second,
                  told * static_cast<double>(users) / options.node_bytes_per_second);
}

void measure(const Options& options) {
  catch_interrupts();
  need_open_files(*std::ranges::max_element(options.users) + 200);
  pin_to_core(options.choice.load_core);
  fmt::print("presence budget: {:.0f} bytes/s a session, {:.0f} a node\n\n", options.session_bytes_per_second,
             options.node_bytes_per_second);
  fmt::print("{:>7} {:>11} {:>9} {:>9} {:>9} {:>9} {:>12} {:>10} {:>11}\n", "users", "welcomed s", "users/s",
             "agreed s", "bound s", "ms/user", "M statuses", "MB told", "server CPU");
  for (const std::size_t users : options.users) {
    const Outcome outcome = connect_all(options, users);
    const auto count = static_cast<double>(users);
    fmt::print("{:>7} {:>11.2f} {:>9.0f} {:>9.2f} {:>9.2f} {:>9.2f} {:>12.2f} {:>10.1f} {:>9.2f} s\n", users,
               outcome.welcomed_seconds, count / outcome.welcomed_seconds, outcome.agreed_seconds,
               bound_seconds(options, users, outcome), outcome.agreed_seconds / count * 1e3,
               outcome.status_frames / 1e6, outcome.status_bytes / 1e6, outcome.server_cpu_seconds);
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace chatserver::bench

int main(int argc, char** argv) {
  using namespace chatserver::bench;
  Options options;
  CLI::App app("How long users who connect at once take to be welcomed, and to know who is present",
               "bench_connect");
  options.choice.add_to(app);
  app.add_option("--users", options.users, "one run each")
      ->capture_default_str()
      ->check(CLI::Range(1, 15000));
  app.add_option("--handshakes", options.handshakes_max, "under way at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 4000));
  app.add_option("--seconds-max", options.seconds_max, "of a run")->capture_default_str();
  app.add_option("--session-bytes-per-second", options.session_bytes_per_second)->capture_default_str();
  app.add_option("--node-bytes-per-second", options.node_bytes_per_second)->capture_default_str();
  return run_benchmark(app, argc, argv, [&] { measure(options); });
}
