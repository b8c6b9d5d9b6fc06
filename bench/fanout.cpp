// One message to a thousand clients: see README.md.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "load/connecting.hpp"
#include "load/interrupt.hpp"
#include "load/marker.hpp"
#include "load/program.hpp"
#include "load/senders.hpp"
#include "load/writev_limit.hpp"

namespace chatserver::bench {
namespace {

struct Options {
  ServerChoice choice;
  std::uint32_t clients = 1000;
  Senders::Options senders;
  int accounts = 20;  // shared by the clients
  double seconds = 5;
  double warm_up_seconds = 1;
  double writev_seconds = 3;
  int rounds = 3;
};

// Everything that is counted, at one moment.
struct Moment {
  std::uint64_t at_ns = 0;
  std::uint64_t server_cpu_ns = 0;
  std::uint64_t load_cpu_ns = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t frame_bytes = 0;
  std::uint64_t messages = 0;
  std::uint64_t reads = 0;
  double feed_frames = 0;  // the server's own counters; 0 when it has none
  double feed_writes = 0;
};

struct Round {
  double deliveries_per_second = 0;
  double deliveries_per_cpu_second = 0;  // of the server
  double messages_per_second = 0;
  double frames_per_call = 0;
  double frame_bytes = 0;
  double server_busy = 0;  // shares of the elapsed time
  double load_busy = 0;
  LatencyHistogram latency;
};

Round between(const Moment& before, const Moment& after) {
  const auto elapsed = static_cast<double>(after.at_ns - before.at_ns);
  const auto deliveries = static_cast<double>(after.deliveries - before.deliveries);
  const auto server_cpu = static_cast<double>(after.server_cpu_ns - before.server_cpu_ns);
  const double writes = after.feed_writes - before.feed_writes;
  Round round;
  round.deliveries_per_second = deliveries / elapsed * 1e9;
  round.deliveries_per_cpu_second = deliveries / server_cpu * 1e9;
  round.messages_per_second = static_cast<double>(after.messages - before.messages) / elapsed * 1e9;
  round.frames_per_call = writes > 0 ? (after.feed_frames - before.feed_frames) / writes
                                     : deliveries / static_cast<double>(after.reads - before.reads);
  round.frame_bytes = static_cast<double>(after.frame_bytes - before.frame_bytes) / deliveries;
  round.server_busy = server_cpu / elapsed;
  round.load_busy = static_cast<double>(after.load_cpu_ns - before.load_cpu_ns) / elapsed;
  return round;
}

// The server, its clients and the interleaved runs of the kernel's limit.
class Fanout {
 public:
  explicit Fanout(const Options& options)
      : options_(options),
        server_(options.choice.server()),
        senders_(options.senders),
        swarm_(server_.port(), senders_) {}

  void connect() {
    const std::vector<std::string> tokens = server_.tokens_of_new_accounts(options_.accounts);
    senders_.watch(swarm_);
    connect_clients(swarm_, {.clients = options_.clients},
                    [&](std::size_t client) -> const std::string& { return tokens[client % tokens.size()]; });
    senders_.await_welcomes(swarm_);
  }

  [[nodiscard]] bool server_counts_writes() {
    return metric_sum(server_.metrics_page(), "chatserver_feed_writes_total") > 0;
  }

  Round run_round(double seconds) {
    senders_.start(swarm_);
    swarm_.poll_until(now_ns() + nanoseconds(options_.warm_up_seconds));
    senders_.reset_latency();
    const Moment before = moment();
    swarm_.poll_until(now_ns() + nanoseconds(seconds));
    Round round = between(before, moment());
    round.latency = senders_.latency();
    senders_.drain();
    server_.check_alive();
    return round;
  }

  [[nodiscard]] WritevLimit kernel_limit(const Round& like) const {
    return measure_writev_limit({.connections = options_.clients,
                                 .frames_per_call = std::clamp(like.frames_per_call, 1.0, 1000.0),
                                 .frame_bytes = static_cast<std::size_t>(std::lround(like.frame_bytes)),
                                 .seconds = options_.writev_seconds,
                                 .writer_core = options_.choice.server_core});
  }

  bool stop() { return server_.stop(); }

 private:
  static std::uint64_t nanoseconds(double seconds) { return static_cast<std::uint64_t>(seconds * 1e9); }

  [[nodiscard]] Moment moment() {
    const std::string page = server_.metrics_page();
    return {.at_ns = now_ns(),
            .server_cpu_ns = process_cpu_ns(server_.pid()),
            .load_cpu_ns = own_cpu_ns(),
            .deliveries = senders_.messages(),
            .frame_bytes = senders_.frame_bytes(),
            .messages = senders_.returned(),
            .reads = swarm_.reads(),
            .feed_frames = metric_sum(page, "chatserver_feed_frames_sent_total"),
            .feed_writes = metric_sum(page, "chatserver_feed_writes_total")};
  }

  const Options& options_;
  MeasuredServer server_;
  Senders senders_;
  Swarm swarm_;
};

void print_head() {
  fmt::print("{:>7} {:>9} {:>11} {:>7} {:>7} {:>7} {:>5} {:>7} {:>7} {:>8} {:>8} {:>8} {:>8}\n", "round",
             "Mdel/s", "Mdel/CPU-s", "kmsg/s", "frm/wr", "server", "load", "/clock", "/CPU-s", "p50 ms",
             "p99 ms", "p999 ms", "max ms");
}

void print_limit(const WritevLimit& limit) {
  fmt::print("{:>7} {:>9.3f} {:>11.3f} {:>7} {:>7} {:>7} {:>4.0f}%\n", "writev",
             limit.frames_per_second / 1e6, limit.frames_per_cpu_second / 1e6, "", "", "",
             limit.reader_busy * 100);
  std::fflush(stdout);
}

struct Ratios {
  double by_clock = 0;
  double by_cpu = 0;
};

Ratios print_round(int number, const Round& round, const WritevLimit& before, const WritevLimit& after) {
  const Ratios ratios{
      .by_clock = 2 * round.deliveries_per_second / (before.frames_per_second + after.frames_per_second),
      .by_cpu =
          2 * round.deliveries_per_cpu_second / (before.frames_per_cpu_second + after.frames_per_cpu_second)};
  const auto ms = [&](double share) { return static_cast<double>(round.latency.quantile(share)) / 1e6; };
  fmt::print(
      "{:>7} {:>9.3f} {:>11.3f} {:>7.2f} {:>7.1f} {:>6.0f}% {:>4.0f}% {:>7.2f} {:>7.2f} {:>8.2f} {:>8.2f} "
      "{:>8.2f} "
      "{:>8.2f}\n",
      number, round.deliveries_per_second / 1e6, round.deliveries_per_cpu_second / 1e6,
      round.messages_per_second / 1e3, round.frames_per_call, round.server_busy * 100, round.load_busy * 100,
      ratios.by_clock, ratios.by_cpu, ms(0.5), ms(0.99), ms(0.999),
      static_cast<double>(round.latency.max()) / 1e6);
  std::fflush(stdout);
  return ratios;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void measure(const Options& options) {
  catch_interrupts();
  need_open_files(2 * options.clients + 200);
  pin_to_core(options.choice.load_core);
  Fanout fanout(options);
  fanout.connect();
  const Round trial = fanout.run_round(1);
  fmt::print("{} clients, {} senders x {} in flight, text of {} bytes (frames of {:.0f}), {:.0f} s a round\n",
             options.clients, options.senders.senders, options.senders.in_flight,
             options.senders.message_bytes, trial.frame_bytes, options.seconds);
  fmt::print("frames a write: {}\n\n",
             fanout.server_counts_writes()
                 ? "the server's counters"
                 : "estimated from the clients' reads (the server shows no counters)");
  print_head();
  WritevLimit before = fanout.kernel_limit(trial);
  print_limit(before);
  std::vector<double> deliveries;
  std::vector<double> by_clock;
  std::vector<double> by_cpu;
  for (int number = 1; number <= options.rounds; ++number) {
    const Round round = fanout.run_round(options.seconds);
    const WritevLimit after = fanout.kernel_limit(round);
    const Ratios ratios = print_round(number, round, before, after);
    print_limit(after);
    deliveries.push_back(round.deliveries_per_second / 1e6);
    by_clock.push_back(ratios.by_clock);
    by_cpu.push_back(ratios.by_cpu);
    before = after;
  }
  fmt::print(
      "\nmedian of the rounds: {:.3f} M deliveries/s, {:.2f} of the kernel's limit by the clock, {:.2f} a "
      "CPU "
      "second\n\n",
      median(deliveries), median(by_clock), median(by_cpu));
}

}  // namespace
}  // namespace chatserver::bench

int main(int argc, char** argv) {
  using namespace chatserver::bench;
  Options options;
  CLI::App app("Deliveries a second of one message to many clients", "bench_fanout");
  options.choice.add_to(app);
  app.add_option("--clients", options.clients)->capture_default_str()->check(CLI::Range(1, 9000));
  app.add_option("--senders", options.senders.senders)->capture_default_str()->check(CLI::Range(1, 9000));
  app.add_option("--in-flight", options.senders.in_flight)->capture_default_str()->check(CLI::Range(1, 1000));
  app.add_option("--message-bytes", options.senders.message_bytes, "of the text")
      ->capture_default_str()
      ->check(CLI::Range(24, 1000));
  app.add_option("--accounts", options.accounts)->capture_default_str()->check(CLI::Range(1, 100));
  app.add_option("--seconds", options.seconds, "measured in a round")
      ->capture_default_str()
      ->check(CLI::Range(0.2, 600.0));
  app.add_option("--warm-up-seconds", options.warm_up_seconds)
      ->capture_default_str()
      ->check(CLI::Range(0.0, 60.0));
  app.add_option("--writev-seconds", options.writev_seconds)
      ->capture_default_str()
      ->check(CLI::Range(0.2, 600.0));
  app.add_option("--rounds", options.rounds)->capture_default_str()->check(CLI::Range(1, 100));
  return run_benchmark(app, argc, argv, [&] {
    if (options.senders.senders > options.clients) throw std::runtime_error("more senders than clients");
    measure(options);
  });
}
