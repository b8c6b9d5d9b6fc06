#pragma once

#include <string>

namespace chatserver::config {

// What `chatserver --help` prints: the commands, then every setting with its default.
[[nodiscard]] std::string program_help();

}  // namespace chatserver::config
