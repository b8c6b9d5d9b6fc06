#pragma once

#include <chrono>
#include <cstdint>

namespace chatserver {

// At most `messages` accepted in any `window`, a user, public and private together.
struct RateLimit {
  // Of what may be asked for; an older server may have stored more. The time of each message in the window is
  // remembered: at most 8 MB a user.
  static constexpr std::int64_t messages_max = 1'000'000;
  // A browser's timers, which wait for retry_after_ms, end at 2^31 ms.
  static constexpr std::chrono::seconds window_max = std::chrono::days{24};

  std::int64_t messages = 10;       // at least 1
  std::chrono::seconds window{60};  // at least 1 s

  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

}  // namespace chatserver
