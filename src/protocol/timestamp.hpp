#pragma once

#include <chrono>
#include <string>

#include "base/clock.hpp"

namespace chatserver::protocol {

// `2026-01-01T00:00:00.000000Z`: RFC 3339 in UTC, always with microseconds.
// Years 0 to 9999. Threading: pure.
[[nodiscard]] std::string rfc3339(Timestamp at);

// `2026-01-01`.
[[nodiscard]] std::string date(std::chrono::sys_days day);

// `HH:MM:SS`, with `.ffffff` when there are fractions; hours are not folded
// into days. Not negative.
[[nodiscard]] std::string duration(std::chrono::microseconds length);

}  // namespace chatserver::protocol
