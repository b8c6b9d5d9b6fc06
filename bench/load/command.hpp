#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chatserver::bench {

// Arguments and environment of a program to be started; `environment` is added
// to this process's own ("NAME=value").
struct CommandLine {
  std::vector<std::string> arguments;  // the program's path first
  std::vector<std::string> environment;
};

// Replaces the calling process by that program; returns only when that fails.
void execute(const CommandLine& command);

// Runs it to its end with `input` (at most a pipe's 64 KiB) as standard input and returns its standard
// output. Throws std::runtime_error when it does not exit with 0.
[[nodiscard]] std::string run_command(const CommandLine& command, std::string_view input = {});

}  // namespace chatserver::bench
