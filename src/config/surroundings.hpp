#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

namespace chatserver::config {

enum class ReadError { missing, unreadable };

// What settings are read from besides the arguments, so that tests need neither
// files nor a changed environment.
struct Surroundings {
  // All environment variables, by name.
  std::map<std::string, std::string> environment;

  // The content of a file; relative paths lie in the working directory.
  std::function<std::expected<std::string, ReadError>(const std::filesystem::path&)> read_file;

  // Where this installation keeps the web app; empty when it has none.
  std::filesystem::path installed_web_root;
};

// Those of this process. Threading: startup (reads the environment).
[[nodiscard]] Surroundings process_surroundings();

}  // namespace chatserver::config
