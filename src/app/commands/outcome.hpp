#pragma once

#include <expected>
#include <string>
#include <utility>

#include "app/exit_code.hpp"

namespace chatserver::app {

// Why a command did not do what it was asked for, in a sentence for the operator.
struct Failure {
  ExitCode exit_code;
  std::string message;
};

using Outcome = std::expected<void, Failure>;

[[nodiscard]] inline std::unexpected<Failure> failure(ExitCode exit_code, std::string message) {
  return std::unexpected(Failure{exit_code, std::move(message)});
}

}  // namespace chatserver::app
