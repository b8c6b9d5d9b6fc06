#pragma once

#include <optional>

#include "base/log.hpp"

namespace chatserver {

struct LogOptions {
  LogLevel level = LogLevel::info;
  // None: text on a terminal, else JSON.
  std::optional<LogFormat> format;
};

}  // namespace chatserver
