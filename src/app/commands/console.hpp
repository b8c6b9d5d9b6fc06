#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace chatserver::app {

// The streams of a command: results go to `out`, all else to `err`.
struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;

  // Asks on the terminal, without echo; none when there is no terminal, or no answer.
  std::function<std::optional<std::string>(std::string_view prompt)> ask_secret;
};

// The standard streams of this process.
[[nodiscard]] Console process_console();

}  // namespace chatserver::app
