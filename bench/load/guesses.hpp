#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <map>
#include <string>
#include <thread>
#include <unordered_map>

#include "load/sign_in_form.hpp"

namespace chatserver::bench {

// How the guesses of one run were answered.
struct GuessTally {
  std::uint64_t made = 0;
  std::uint64_t unanswered = 0;              // when the run ended, or for want of a connection
  std::map<int, std::uint64_t> by_status{};  // of those answered
};

// Somebody who guesses passwords: posts the sign-in form at an even pace, each time
// with another address of 127.0.0.0/8 and another user's name, without waiting for answers.
//
// Threading: begin() and end() on one thread; the guesses are made on one of its own, so that the
// latency of a swarm is not that of the guesser. Limits: connections_max; further guesses count as
// unanswered.
class Guesses {
 public:
  struct Options {
    double per_second = 200;
    std::uint32_t addresses = 4000;  // few guesses of each, as of a botnet: hardly one is throttled
    int accounts = 20;               // that are guessed at: load00, load01 …
  };
  static constexpr std::size_t connections_max = 4000;

  Guesses(std::uint16_t port, SignInForm form, Options options);
  ~Guesses();
  Guesses(const Guesses&) = delete;
  Guesses& operator=(const Guesses&) = delete;

  void begin();

  // Throws what went wrong on the thread.
  GuessTally end();

 private:
  struct Attempt {
    std::string unsent;
    std::string answer;  // its first line, as far as it has come
  };

  void run();
  void start_one();
  void handle(int socket, std::uint32_t events);
  void finish(int socket, int status);
  [[nodiscard]] std::string request(std::uint64_t number) const;

  const std::uint16_t port_;
  const SignInForm form_;
  const Options options_;
  int epoll_ = -1;
  std::uint64_t started_ = 0;  // over all runs: the next address and name
  std::unordered_map<int, Attempt> open_;
  GuessTally tally_;
  std::exception_ptr failure_;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace chatserver::bench
