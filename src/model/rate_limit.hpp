#pragma once

#include <chrono>
#include <cstdint>

namespace chatserver {

// At most `messages` accepted in any `window`, a user, public and private together.
struct RateLimit {
  static constexpr std::int64_t messages_max = 1'000'000;
  static constexpr std::chrono::seconds window_max = std::chrono::hours{24};

  std::int64_t messages = 10;       // 1 … messages_max
  std::chrono::seconds window{60};  // 1 s … window_max

  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

}  // namespace chatserver
