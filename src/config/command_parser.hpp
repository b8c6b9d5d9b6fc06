#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "config/command_line.hpp"

namespace chatserver::config {

struct ParsedCommand {
  Command command;
  std::optional<std::string> config_file;  // --config
};

// The command line without the flags of settings. The error is a whole message. Threading: pure.
[[nodiscard]] std::expected<ParsedCommand, std::string> parse_command(std::vector<std::string> args);

}  // namespace chatserver::config
