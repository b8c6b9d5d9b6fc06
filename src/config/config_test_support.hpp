#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/command_line.hpp"

namespace chatserver::config {

// Surroundings made of two maps, and load() over them.
struct Fixture {
  std::map<std::string, std::string> environment{{"HOME", "/home/ada"}};
  std::map<std::string, std::string> files;

  [[nodiscard]] Surroundings surroundings() const {
    return {.environment = environment,
            .read_file = [this](const std::filesystem::path& path) -> std::expected<std::string, ReadError> {
              const auto found = files.find(path.string());
              if (found == files.end()) return std::unexpected(ReadError::missing);
              return found->second;
            },
            .installed_web_root = "/usr/share/chatserver/web"};
  }

  [[nodiscard]] std::expected<Invocation, ConfigError> load(const std::vector<std::string>& args = {}) const {
    return config::load(args, surroundings());
  }

  // The message of the error that must come; empty when none did.
  [[nodiscard]] std::string error(const std::vector<std::string>& args = {}) const {
    const auto loaded = load(args);
    return loaded ? "" : loaded.error().message;
  }
};

}  // namespace chatserver::config
