#pragma once

#include "app/exit_code.hpp"
#include "base/log.hpp"
#include "config/settings.hpp"

namespace chatserver::app {

// The server: builds its parts, runs until a signal says stop, drains and ends.
// What is wrong is in the log. Threading: the main thread, signals blocked.
[[nodiscard]] ExitCode serve(const config::Settings& settings, Log& log);

}  // namespace chatserver::app
