#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/database.hpp"

namespace chatserver::app {

Outcome migrate(const config::Settings& settings, const config::Migrate& command, Console& console) {
  const std::string name = database_name(settings);
  const auto status = database_status(settings);
  if (!status) return failure(ExitCode::unavailable, status.error().detail);
  if (status->pending.empty()) {
    console.out << fmt::format("{}: schema {}, nothing to do\n", name, status->current);
    return {};
  }

  if (!command.check) {
    Log log(LogLevel::off, LogFormat::text);
    const auto opened = open_database(settings, store::Access::tool, log);
    if (!opened) return failure(ExitCode::unavailable, opened.error().detail);
  }
  console.out << fmt::format("{}: {} from schema {} to {}\n", name, command.check ? "would go" : "went",
                             status->current, status->target);
  for (const std::string& migration : status->pending) console.out << "  " << migration << '\n';
  return {};
}

}  // namespace chatserver::app
