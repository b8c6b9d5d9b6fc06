#include <cstdio>
#include <expected>
#include <string>
#include <variant>
#include <vector>

#include "app/commands/console.hpp"
#include "app/commands/run_command.hpp"
#include "app/exit_code.hpp"
#include "app/serve.hpp"
#include "app/signals.hpp"
#include "base/log.hpp"
#include "config/command_line.hpp"

int main(int argc, char** argv) {
  using namespace chatserver;
  const std::vector<std::string> args(argv + 1, argv + argc);
  const auto invocation = config::load(args, config::process_surroundings());
  if (!invocation) {
    std::fprintf(stderr, "chatserver: %s\n", invocation.error().message.c_str());
    return static_cast<int>(app::ExitCode::usage);
  }
  if (!std::holds_alternative<config::Run>(invocation->command)) {
    app::Console console = app::process_console();
    return static_cast<int>(app::run_command(*invocation, CHATSERVER_VERSION, console));
  }
  app::block_signals();
  const LogOptions& options = invocation->settings.log;
  Log log(options.level, options.format.value_or(default_log_format()));
  const auto reload = [&]() -> std::expected<config::Settings, config::ConfigError> {
    auto again = config::load(args, config::process_surroundings());
    if (!again) return std::unexpected(again.error());
    return again->settings;
  };
  return static_cast<int>(app::serve(invocation->settings, reload, log));
}
