#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "load/child_process.hpp"
#include "load/command.hpp"
#include "load/machine.hpp"

namespace chatserver::bench {

struct ServerOptions {
  std::filesystem::path binary;
  std::filesystem::path data_parent;   // where its temporary data directory is made: a disk
  int core = 0;                        // all its threads run there
  std::vector<std::string> arguments;  // further ones
};

// The real server in a process of its own with one shard, its limits raised, a
// fresh database on disk, and its log in a file. Everything is gone when this is.
class MeasuredServer {
 public:
  // Returns when it is ready; throws with the end of its log when it is not within 20 s.
  explicit MeasuredServer(const ServerOptions& options);

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] pid_t pid() const noexcept { return process_.pid(); }
  [[nodiscard]] std::filesystem::path data_dir() const { return directory_.path() / "data"; }

  // Adds accounts by `chatserver user add` and returns an access token of each.
  // Slow (a password hash each): for tens, not thousands.
  [[nodiscard]] std::vector<std::string> tokens_of_new_accounts(int count);

  // The page that Prometheus would read; empty when the server shows none.
  [[nodiscard]] std::string metrics_page();

  // Throws with the end of the log when the server is gone.
  void check_alive();

  // Lets it drain. Returns whether it exited with 0.
  bool stop() { return process_.stop(); }

 private:
  [[nodiscard]] std::filesystem::path log_file() const { return directory_.path() / "server.log"; }
  [[nodiscard]] std::string log_tail() const;
  [[nodiscard]] CommandLine command(std::vector<std::string> arguments) const;
  void wait_until_ready();

  std::filesystem::path binary_;
  TemporaryDirectory directory_;
  ChildProcess process_;
  std::uint16_t port_ = 0;
  std::uint16_t metrics_port_ = 0;  // 0: not logged yet
};

// The whole answer to a GET on 127.0.0.1, head and body; empty when there is none.
[[nodiscard]] std::string http_answer(std::uint16_t port, const std::string& path);

// Body of the answer to a GET on 127.0.0.1; empty unless the status is 200.
[[nodiscard]] std::string http_get(std::uint16_t port, const std::string& path);

// Sum of a metric over all its label sets on a Prometheus page; 0 when it is not there.
[[nodiscard]] double metric_sum(const std::string& page, const std::string& name);

// Port of the first address 127.0.0.1:PORT behind `word` in the same (whole) line of a log; 0 when there is
// none.
[[nodiscard]] std::uint16_t logged_port(const std::string& log, const std::string& word);

}  // namespace chatserver::bench
