// What the dashboards' figures cost while messages pass: see README.md.

#include <cstdio>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <fmt/format.h>

#include "load/chatter.hpp"
#include "load/connecting.hpp"
#include "load/interrupt.hpp"
#include "load/marker.hpp"
#include "load/program.hpp"
#include "load/synthetic_users.hpp"

namespace chatserver::bench {
namespace {

struct Options {
  ServerChoice choice;
  std::size_t dashboards = 100;
  std::size_t stalled = 10;  // further ones, which do not read
  double messages_per_second = 5000;
  std::size_t message_bytes = 250;
  std::size_t sessions_on_record = 0;
  double seconds = 10;
  std::size_t rounds = 3;
};

// What a server has used and done until now.
struct Usage {
  double cpu_s = 0;
  double analytics_cpu_s = 0;
  std::uint64_t sent = 0;
  std::uint64_t delivered = 0;
  std::uint64_t at_ns = 0;
};

Usage usage_of(MeasuredServer& server, const Chatter& chatter) {
  return {.cpu_s = static_cast<double>(process_cpu_ns(server.pid())) / 1e9,
          .analytics_cpu_s = metric_sum(server.metrics_page(), "chatserver_analytics_cpu_seconds_total"),
          .sent = chatter.sent(),
          .delivered = chatter.messages(),
          .at_ns = now_ns()};
}

void print_row(std::string_view name, const Usage& before, const Usage& after) {
  const double seconds = static_cast<double>(after.at_ns - before.at_ns) / 1e9;
  const double cpu = after.cpu_s - before.cpu_s;
  const double analytics = after.analytics_cpu_s - before.analytics_cpu_s;
  const auto delivered = static_cast<double>(after.delivered - before.delivered);
  fmt::print("{:>10} {:>11.0f} {:>13.0f} {:>8.1f} {:>14.0f} {:>18.3f} {:>18.3f}\n", name,
             static_cast<double>(after.sent - before.sent) / seconds, delivered / seconds,
             100 * cpu / seconds, 1e9 * cpu / delivered, 1e3 * analytics / seconds, 100 * analytics / cpu);
  std::fflush(stdout);
}

// Dashboards that have their welcome and read no more: their sockets fill.
class Stalled {
 public:
  Stalled(MeasuredServer& server, const std::vector<std::string>& tokens, std::size_t count)
      : swarm_(server.port(), listeners_) {
    const auto token_of = [&](std::size_t client) -> const std::string& { return tokens[client]; };
    connect_clients(swarm_, {.clients = count}, token_of);
    listeners_.await_welcomes(swarm_);
  }

 private:
  Chatter listeners_{{.talkers = 0}};
  Swarm swarm_;
};

// Sessions of 1,000 users who were here during the last six days, ten minutes each. Straight into the
// database, beside the server: connecting them would take hours.
void put_on_record(const MeasuredServer& server, std::size_t sessions) {
  if (sessions == 0) return;
  constexpr int lock_wait_ms = 20'000;
  SQLite::Database database((server.data_dir() / "chat.db").string(), SQLite::OPEN_READWRITE, lock_wait_ms);
  database.exec(fmt::format(R"sql(
    INSERT INTO chat_sessions (owner_id, start_time, end_time)
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {0}),
         s (i, start) AS (SELECT i, (unixepoch() - 6 * 86400) * 1000000 + i * (6 * 86400000000 / {0}) FROM n)
    SELECT 'user ' || i % 1000, start, start + 600000000 FROM s)sql",
                            sessions));
}

void measure(const Options& options) {
  catch_interrupts();
  pin_to_core(options.choice.load_core);
  ServerOptions server_options = options.choice.server();
  MeasuredServer server(server_options);
  put_on_record(server, options.sessions_on_record);
  constexpr std::size_t talkers = 20;
  const auto talker_tokens = synthetic_tokens(server, talkers);
  const auto dashboard_tokens =
      synthetic_tokens(server, options.dashboards + options.stalled, TokenFor::dashboard);

  Chatter chatter({.talkers = talkers,
                   .messages_per_second = options.messages_per_second,
                   .message_bytes = options.message_bytes});
  Swarm swarm(server.port(), chatter);
  chatter.watch(swarm);
  const auto token_of = [&](std::size_t client) -> const std::string& {
    return client < talkers ? talker_tokens[client] : dashboard_tokens[options.stalled + client - talkers];
  };
  connect_clients(swarm, {.clients = talkers + options.dashboards}, token_of);
  chatter.await_welcomes(swarm);

  fmt::print("{:>10} {:>11} {:>13} {:>8} {:>14} {:>18} {:>18}\n", "stalled", "messages/s", "deliveries/s",
             "CPU %", "ns/delivery", "analytics ms/s", "analytics % of CPU");
  const auto round = [&](std::string_view name) {
    const Usage before = usage_of(server, chatter);
    chatter.talk(swarm, options.seconds);
    chatter.await_deliveries(swarm);
    print_row(name, before, usage_of(server, chatter));
    server.check_alive();
  };
  for (std::size_t i = 0; i < options.rounds; ++i) {
    round("none");
    const Stalled stalled(server, dashboard_tokens, options.stalled);
    round(std::to_string(options.stalled));
  }
}

}  // namespace
}  // namespace chatserver::bench

int main(int argc, char** argv) {
  using namespace chatserver::bench;
  Options options;
  CLI::App app("What the dashboards' figures cost while messages pass", "bench_analytics");
  options.choice.add_to(app);
  app.add_option("--dashboards", options.dashboards, "that read")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  app.add_option("--stalled", options.stalled, "further ones in every second round, which do not")
      ->capture_default_str()
      ->check(CLI::Range(0, 10000));
  app.add_option("--messages-per-second", options.messages_per_second)
      ->capture_default_str()
      ->check(CLI::Range(1.0, 1e6));
  app.add_option("--message-bytes", options.message_bytes)
      ->capture_default_str()
      ->check(CLI::Range(40, 1000));
  app.add_option("--sessions-on-record", options.sessions_on_record, "of the last week, before it begins")
      ->capture_default_str()
      ->check(CLI::Range(0, 100'000'000));
  app.add_option("--seconds", options.seconds, "of each round")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 600.0));
  app.add_option("--rounds", options.rounds)->capture_default_str()->check(CLI::Range(1, 100));
  return run_benchmark(app, argc, argv, [&] { measure(options); });
}
