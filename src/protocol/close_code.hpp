#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"

namespace chatserver::protocol {

// Every reason for which the server hangs up.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported = 1003,
  invalid_utf8 = 1007,
  too_large = 1009,
  internal_error = 1011,
  token_expired = 4001,
  banned = 4003,
  too_slow = 4008,
  flooding = 4029,
};

// What the client should do next.
enum class Reconnect : std::uint8_t {
  no,              // the same would happen again
  after_backoff,   // with `since`, after a random and growing pause
  at_once,         // with `since`
  with_new_token,  // with `since`
};

struct CloseReason {
  CloseCode code;
  std::string_view name;    // for logs and metrics
  std::string_view reason;  // of the close frame, unless there is a better one (the ban's)
  Reconnect reconnect;
};

inline constexpr std::array close_reasons{
    CloseReason{CloseCode::normal, "normal", "", Reconnect::no},
    CloseReason{CloseCode::going_away, "going_away", "server going away", Reconnect::after_backoff},
    CloseReason{CloseCode::protocol_error, "protocol_error", "protocol error", Reconnect::no},
    CloseReason{CloseCode::unsupported, "unsupported", "binary frames are not accepted", Reconnect::no},
    CloseReason{CloseCode::invalid_utf8, "invalid_utf8", "invalid UTF-8", Reconnect::no},
    CloseReason{CloseCode::too_large, "too_large", "message too large", Reconnect::no},
    CloseReason{CloseCode::internal_error, "internal_error", "internal error", Reconnect::after_backoff},
    CloseReason{CloseCode::token_expired, "token_expired", "token expired", Reconnect::with_new_token},
    CloseReason{CloseCode::banned, "banned", "banned", Reconnect::no},
    CloseReason{CloseCode::too_slow, "too_slow", "too slow to keep up", Reconnect::at_once},
    CloseReason{CloseCode::flooding, "flooding", "too many refused frames", Reconnect::after_backoff},
};

[[nodiscard]] constexpr const CloseReason& describe(CloseCode code) {
  for (const CloseReason& entry : close_reasons)
    if (entry.code == code) return entry;
  check_failed("close code without an entry in the table", std::source_location::current());
}

}  // namespace chatserver::protocol
