#pragma once

#include <expected>
#include <functional>

#include "app/exit_code.hpp"
#include "base/log.hpp"
#include "config/command_line.hpp"
#include "config/settings.hpp"

namespace chatserver::app {

// Reads the settings again.
using Reload = std::function<std::expected<config::Settings, config::ConfigError>()>;

// The server: builds its parts, runs until a signal says stop, drains and ends.
// SIGHUP takes over what may change while it runs: the log level and the limits of
// connections and messages; and it fetches the issuer's keys again. What is wrong is in the log.
// Threading: the main thread, signals blocked.
[[nodiscard]] ExitCode serve(const config::Settings& settings, const Reload& reload, Log& log);

}  // namespace chatserver::app
