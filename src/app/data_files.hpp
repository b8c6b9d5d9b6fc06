#pragma once

#include <filesystem>

#include "config/settings.hpp"

namespace chatserver::app {

// Where the server and the commands beside it find the same files.

[[nodiscard]] inline std::filesystem::path database_file(const config::Settings& settings) {
  if (settings.store.url.empty()) return settings.data_dir / "chat.db";
  return settings.store.url;
}

[[nodiscard]] inline std::filesystem::path signing_key_file(const config::Settings& settings) {
  return settings.data_dir / "issuer-key.pem";
}

}  // namespace chatserver::app
