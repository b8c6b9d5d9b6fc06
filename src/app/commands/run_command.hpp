#pragma once

#include <string_view>

#include "app/commands/console.hpp"
#include "app/exit_code.hpp"
#include "config/command_line.hpp"

namespace chatserver::app {

// Does what the command line asks for, the server itself (config::Run) excepted.
// `version` is what --version prints. Blocks; complaints are on `console.err`.
[[nodiscard]] ExitCode run_command(const config::Invocation& invocation, std::string_view version,
                                   Console& console);

}  // namespace chatserver::app
