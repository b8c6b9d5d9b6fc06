#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "config/setting.hpp"
#include "config/surroundings.hpp"

namespace chatserver::config {

// A key with its value as one source gives it, before anybody knows whether
// there is such a key.
struct Entry {
  std::string key;  // "server.listen"; may end in "_file"
  Value value;
  std::string origin;  // "chatserver.toml:12", "env CHATSERVER_LOG_LEVEL", "flag --log.level"
};

// What one source says, or why it cannot be read (a whole message).
using Entries = std::expected<std::vector<Entry>, std::string>;

// The settings in a TOML document, by line; `name` is what messages call the file.
// Threading: pure.
[[nodiscard]] Entries read_toml(std::string_view document, std::string_view name);

// The variables that begin with CHATSERVER_. Threading: pure.
[[nodiscard]] Entries read_environment(const std::map<std::string, std::string>& environment);

// `--section.key=value` and `--section.key value` of the command line; takes
// them out of `args`. Whatever follows `--` is left alone. Threading: pure.
[[nodiscard]] Entries take_flags(std::vector<std::string>& args);

// "; did you mean server.listen?" when a known key is near, else empty.
[[nodiscard]] std::string suggestion(std::string_view key);

}  // namespace chatserver::config
