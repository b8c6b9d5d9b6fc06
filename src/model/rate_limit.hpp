#pragma once

#include <chrono>
#include <cstdint>

namespace chatserver {

// At most `messages` accepted in any `window`, a user, public and private together.
struct RateLimit {
  std::int64_t messages = 10;
  std::chrono::seconds window{60};

  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

}  // namespace chatserver
