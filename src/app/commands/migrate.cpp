#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/data_files.hpp"
#include "store/sqlite/sqlite_store.hpp"

namespace chatserver::app {

Outcome migrate(const config::Settings& settings, const config::Migrate& command, Console& console) {
  const std::filesystem::path file = database_file(settings);
  const auto status = store::migration_status(file);
  if (!status) return failure(ExitCode::unavailable, status.error().detail);
  if (status->pending.empty()) {
    console.out << fmt::format("{}: schema {}, nothing to do\n", file.string(), status->current);
    return {};
  }

  if (!command.check) {
    const auto opened = store::open_sqlite({.path = file,
                                            .access = store::Access::tool,
                                            .pool = 1,
                                            .timeout = settings.store.timeout,
                                            .initial_rate_limit = settings.initial_rate_limit});
    if (!opened) return failure(ExitCode::unavailable, opened.error().detail);
  }
  console.out << fmt::format("{}: {} from schema {} to {}\n", file.string(),
                             command.check ? "would go" : "went", status->current, status->target);
  for (const std::string& migration : status->pending) console.out << "  " << migration << '\n';
  return {};
}

}  // namespace chatserver::app
