#include "app/commands/console.hpp"

#include <iostream>

#include <termios.h>
#include <unistd.h>

namespace chatserver::app {
namespace {

// Turns the terminal's echo off for as long as it lives.
class EchoOff {
 public:
  EchoOff() {
    usable_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!usable_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    usable_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~EchoOff() {
    if (usable_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

  [[nodiscard]] bool usable() const noexcept { return usable_; }

 private:
  termios before_{};
  bool usable_ = false;
};

std::optional<std::string> ask_on_terminal(std::string_view prompt) {
  const EchoOff echo_off;
  if (!echo_off.usable()) return std::nullopt;
  std::cerr << prompt << std::flush;
  std::string answer;
  const bool answered = static_cast<bool>(std::getline(std::cin, answer));
  std::cerr << '\n';
  if (!answered) return std::nullopt;
  return answer;
}

}  // namespace

Console process_console() {
  return {.in = std::cin, .out = std::cout, .err = std::cerr, .ask_secret = ask_on_terminal};
}

}  // namespace chatserver::app
