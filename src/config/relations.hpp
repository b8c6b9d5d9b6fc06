#pragma once

#include <optional>
#include <string>

#include "config/command_line.hpp"

namespace chatserver::config {

// What is wrong between settings that are each valid, or valid but not possible
// in this version: a whole message that names keys and origins. Threading: pure.
[[nodiscard]] std::optional<std::string> check_relations(const Settings& settings, const Sources& sources);

}  // namespace chatserver::config
