#pragma once

#include <chrono>
#include <filesystem>

#include "base/clock.hpp"
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

// When a token that is made at `now` counts no more, clocks that differ included; `iat` may lie ahead a
// little.
[[nodiscard]] inline Timestamp tokens_end(Timestamp now, std::chrono::seconds ttl,
                                          const config::Settings& settings) {
  return now + ttl + settings.auth.leeway + std::chrono::minutes(1);
}

[[nodiscard]] inline std::filesystem::path device_secret_file(const config::Settings& settings) {
  return settings.data_dir / "device-secret";
}

}  // namespace chatserver::app
