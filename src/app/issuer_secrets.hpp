#pragma once

#include <expected>
#include <memory>
#include <string>

#include "auth/issuer/key_storage.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "store/secrets.hpp"

namespace chatserver::app {

// The embedded issuer's secrets: in the database where `secrets` says that servers share it, else (null)
// in files of the data directory. A database that has none takes over those of the files: whoever
// moves to PostgreSQL keeps tokens and known browsers. From then on the files do not count, and
// the log says so at each start.
//
// The errors are for the operator (exit code 3). Both throw store::Unavailable.

[[nodiscard]] std::expected<std::unique_ptr<auth::KeyStorage>, std::string> open_issuer_keys(
    const config::Settings& settings, store::Secrets* secrets, Log& log);

// Forms of the pages and browsers' marks of known devices are signed with it.
[[nodiscard]] std::expected<std::string, std::string> load_or_create_device_secret(
    const config::Settings& settings, store::Secrets* secrets, Random& random, Log& log);

}  // namespace chatserver::app
