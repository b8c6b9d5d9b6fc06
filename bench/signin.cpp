// What guessing at passwords does to those who chat: see README.md.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <sched.h>

#include "load/chatter.hpp"
#include "load/child_process.hpp"
#include "load/connecting.hpp"
#include "load/guesses.hpp"
#include "load/interrupt.hpp"
#include "load/machine.hpp"
#include "load/program.hpp"

namespace chatserver::bench {
namespace {

struct Options {
  ServerChoice choice;
  std::uint32_t clients = 1000;
  Chatter::Options chatter;
  Guesses::Options guesses;
  double seconds = 10;
  int rounds = 3;
};

// As the desktop client asks for it.
constexpr std::string_view sign_in_page =
    "/realms/chat/protocol/openid-connect/auth?client_id=ChatClient&response_type=code&scope=openid"
    "&redirect_uri=http%3A%2F%2F127.0.0.1%3A1337%2Fcallback&code_challenge_method=S256"
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

SignInForm sign_in_form(std::uint16_t port) {
  auto form = find_sign_in_form(http_answer(port, std::string(sign_in_page)));
  if (!form) throw std::runtime_error("the server shows no sign-in form");
  return *std::move(form);
}

struct Round {
  double p50_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
  double server_busy = 0;  // share of the elapsed time
};

class SignIn {
 public:
  explicit SignIn(const Options& options)
      : options_(options),
        server_(options.choice.server()),
        chatter_(options.chatter),
        swarm_(server_.port(), chatter_) {}

  void connect() {
    const std::vector<std::string> tokens = server_.tokens_of_new_accounts(options_.guesses.accounts);
    chatter_.watch(swarm_);
    connect_clients(swarm_, {.clients = options_.clients},
                    [&](std::size_t client) -> const std::string& { return tokens[client % tokens.size()]; });
    chatter_.await_welcomes(swarm_);
    chatter_.talk(swarm_, 1);
    chatter_.await_deliveries(swarm_);
  }

  Round chat_round() {
    chatter_.reset_latency();
    const std::uint64_t cpu_before = process_cpu_ns(server_.pid());
    chatter_.talk(swarm_, options_.seconds);
    const std::uint64_t cpu = process_cpu_ns(server_.pid()) - cpu_before;
    chatter_.await_deliveries(swarm_);
    server_.check_alive();
    const auto ms = [](std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; };
    return {.p50_ms = ms(chatter_.latency().quantile(0.5)),
            .p99_ms = ms(chatter_.latency().quantile(0.99)),
            .max_ms = ms(chatter_.latency().max()),
            .server_busy = static_cast<double>(cpu) / (options_.seconds * 1e9)};
  }

  // Somebody else keeps the server's core busy, and gives way at once when the server wants it: what a
  // core that never rests (and is half of a core, where it shares one with its sibling) costs by itself.
  Round busy_round() {
    const ChildProcess spinner(options_.choice.server_core, [] {
      const sched_param priority{};
      if (::sched_setscheduler(0, SCHED_IDLE, &priority) != 0) throw_errno("sched_setscheduler");
      for (volatile std::uint64_t turns = 0;;) turns = turns + 1;
    });
    return chat_round();
  }

  // The guesses that still wait for a hashing thread belong to no other round.
  void await_rest() {
    for (std::uint64_t before = process_cpu_ns(server_.pid());;) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      server_.check_alive();
      const std::uint64_t now = process_cpu_ns(server_.pid());
      if (now - before < 20'000'000) return;
      before = now;
    }
  }

  Round guessed_at_round(GuessTally& tally) {
    Guesses guesses(server_.port(), sign_in_form(server_.port()), options_.guesses);
    guesses.begin();
    const Round round = chat_round();
    tally = guesses.end();
    await_rest();
    return round;
  }

 private:
  const Options& options_;
  MeasuredServer server_;
  Chatter chatter_;
  Swarm swarm_;
};

void print_round(const char* name, const Round& round) {
  fmt::print("{:>8} {:>8.2f} {:>8.2f} {:>8.2f} {:>6.0f}%", name, round.p50_ms, round.p99_ms, round.max_ms,
             round.server_busy * 100);
}

void print_tally(const GuessTally& tally) {
  fmt::print("   {} guesses:", tally.made);
  for (const auto& [status, count] : tally.by_status) {
    const char* meaning = status == 429 ? " (throttled)" : status == 503 ? " (too many at once)" : "";
    fmt::print(" {} × {}{},", count, status, meaning);
  }
  fmt::print(" {} unanswered", tally.unanswered);
}

// Of sorted values; `share` below 1, 0.5: the median.
double quantile(const std::vector<double>& values, double share) {
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size()))];
}

// How much slower than in other rounds.
struct Slowdown {
  std::vector<double> p50{};
  std::vector<double> p99{};

  void add(const Round& round, const Round& than) {
    p50.push_back(round.p50_ms / than.p50_ms);
    p99.push_back(round.p99_ms / than.p99_ms);
  }
  void print(const char* what) {
    if (p50.empty()) return;
    fmt::print("{:<60}", what);
    for (auto* ratios : {&p50, &p99}) {
      std::ranges::sort(*ratios);
      fmt::print("  {} × {:.2f} ({:.2f} to {:.2f})", ratios == &p50 ? "p50" : "p99", quantile(*ratios, 0.5),
                 quantile(*ratios, 0.25), quantile(*ratios, 0.75));
    }
    fmt::print("\n");
  }
};

void measure(const Options& options) {
  catch_interrupts();
  need_open_files(options.clients + Guesses::connections_max + 200);
  pin_to_core(options.choice.load_core);
  SignIn sign_in(options);
  sign_in.connect();
  fmt::print("{} sessions, {} messages/s; {} guesses/s from {} addresses, {:.0f} s a round\n\n",
             options.clients, options.chatter.messages_per_second, options.guesses.per_second,
             options.guesses.addresses, options.seconds);
  fmt::print("{:>8} {:>8} {:>8} {:>8} {:>7}\n", "round", "p50 ms", "p99 ms", "max ms", "server");
  Slowdown to_quiet;
  Slowdown to_busy;
  Slowdown quiet_to_quiet;
  std::optional<Round> quiet_before;
  for (int number = 1; number <= options.rounds; ++number) {
    const Round quiet = sign_in.chat_round();
    print_round("quiet", quiet);
    fmt::print("\n");
    const Round busy = sign_in.busy_round();
    print_round("busy", busy);
    fmt::print("\n");
    GuessTally tally;
    const Round guessed_at = sign_in.guessed_at_round(tally);
    print_round("guesses", guessed_at);
    print_tally(tally);
    fmt::print("\n");
    std::fflush(stdout);
    to_quiet.add(guessed_at, quiet);
    to_busy.add(guessed_at, busy);
    if (quiet_before) quiet_to_quiet.add(quiet, *quiet_before);
    quiet_before = quiet;
  }
  fmt::print("\nmedians of the rounds (quartiles)\n");
  to_quiet.print("with guesses, to a server left alone");
  to_busy.print("with guesses, to one whose core is kept busy");
  quiet_to_quiet.print("a server left alone, to itself a moment before");
  fmt::print("\n");
}

}  // namespace
}  // namespace chatserver::bench

int main(int argc, char** argv) {
  using namespace chatserver::bench;
  Options options;
  CLI::App app("Latency of a fan-out while somebody guesses passwords", "bench_signin");
  options.choice.add_to(app);
  app.add_option("--clients", options.clients)->capture_default_str()->check(CLI::Range(1, 9000));
  app.add_option("--talkers", options.chatter.talkers)->capture_default_str()->check(CLI::Range(1, 9000));
  app.add_option("--messages-per-second", options.chatter.messages_per_second)
      ->capture_default_str()
      ->check(CLI::Range(0.1, 10000.0));
  app.add_option("--guesses-per-second", options.guesses.per_second)
      ->capture_default_str()
      ->check(CLI::Range(0.1, 10000.0));
  app.add_option("--addresses", options.guesses.addresses, "that the guesses come from")
      ->capture_default_str()
      ->check(CLI::Range(1, 65536));
  app.add_option("--accounts", options.guesses.accounts, "shared by the clients, and guessed at")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  app.add_option("--seconds", options.seconds, "of a round")
      ->capture_default_str()
      ->check(CLI::Range(0.2, 600.0));
  app.add_option("--rounds", options.rounds)->capture_default_str()->check(CLI::Range(1, 100));
  return run_benchmark(app, argc, argv, [&] {
    if (options.chatter.talkers > options.clients) throw std::runtime_error("more talkers than clients");
    measure(options);
  });
}
