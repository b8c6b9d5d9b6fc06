#include "load/measured_server.hpp"

#include <algorithm>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "load/interrupt.hpp"

namespace chatserver::bench {
namespace {

// Flags of the server, the same in every benchmark.
std::vector<std::string> server_arguments(const ServerOptions& options) {
  std::vector<std::string> arguments{
      "run",
      "--server.listen=127.0.0.1:0",
      "--metrics.listen=127.0.0.1:0",
      "--server.web_root=",
      "--io.threads=1",
      "--limits.messages=1000000",
      "--limits.connections_per_address=0",
      "--limits.connections_per_user=0",
      "--log.format=json",
      "--log.level=info",
  };
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  return arguments;
}

}  // namespace

MeasuredServer::MeasuredServer(const ServerOptions& options)
    : binary_(options.binary), directory_(options.data_parent), process_(options.core, [&] {
        const int log = ::open(log_file().c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
        if (log < 0) throw_errno("open the server's log");
        ::dup2(log, STDERR_FILENO);
        ::dup2(log, STDOUT_FILENO);
        execute(command(server_arguments(options)));
        throw_errno("start " + binary_.string());
      }) {
  wait_until_ready();
}

void MeasuredServer::wait_until_ready() {
  for (int waited_ms = 0; port_ == 0; waited_ms += 10) {
    throw_if_interrupted();
    check_alive();
    if (waited_ms > 20'000) throw std::runtime_error("the server is not ready:\n" + log_tail());
    ::usleep(10'000);
    port_ = logged_port(read_file(log_file()), "ready");
  }
}

CommandLine MeasuredServer::command(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), binary_.string());
  return {.arguments = std::move(arguments),
          .environment = {"CHATSERVER_SERVER_DATA_DIR=" + data_dir().string()}};
}

std::vector<std::string> MeasuredServer::tokens_of_new_accounts(int count) {
  std::vector<std::string> tokens;
  for (int i = 0; i < count; ++i) {
    throw_if_interrupted();
    const std::string name = fmt::format("load{:02}", i);
    static_cast<void>(
        run_command(command({"user", "add", name, "--password-stdin"}), "correct horse battery\n"));
    std::string token = run_command(command({"token", name, "--ttl", "12h"}));
    std::erase(token, '\n');
    tokens.push_back(std::move(token));
  }
  return tokens;
}

std::string MeasuredServer::metrics_page() {
  if (metrics_port_ == 0) metrics_port_ = logged_port(read_file(log_file()), "\"metrics");
  return metrics_port_ == 0 ? std::string() : http_get(metrics_port_, "/metrics");
}

void MeasuredServer::check_alive() {
  if (!process_.alive()) throw std::runtime_error("the server has ended:\n" + log_tail());
}

std::string MeasuredServer::log_tail() const {
  const std::string log = read_file(log_file());
  return log.substr(log.size() - std::min<std::size_t>(log.size(), 2000));
}

}  // namespace chatserver::bench
