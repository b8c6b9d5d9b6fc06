#pragma once

#include <expected>
#include <memory>
#include <string>

#include "base/log.hpp"
#include "config/settings.hpp"
#include "store/opening.hpp"
#include "store/store.hpp"

namespace chatserver::app {

// The database that the settings name, whichever backend that is: for the server
// and for the commands beside it. Both block.

[[nodiscard]] std::expected<std::unique_ptr<store::Store>, store::OpenError> open_database(
    const config::Settings& settings, store::Access access, Log& log);

// Changes nothing.
[[nodiscard]] std::expected<store::MigrationStatus, store::OpenError> database_status(
    const config::Settings& settings);

// How messages call it: a file, or where a database server has it. No secret is in it.
[[nodiscard]] std::string database_name(const config::Settings& settings);

}  // namespace chatserver::app
