#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace chatserver::cache::valkey {

// How long to wait before the next attempt to reach a server: longer each time, and differently
// on each node, so that they do not all come at once when it is back.
//
// Threading: one thread.
class Backoff {
 public:
  static constexpr std::chrono::milliseconds first{50};
  static constexpr std::chrono::milliseconds most{2000};

  explicit Backoff(std::uint32_t seed) : random_(seed) {}

  // Between half of what is due and all of it.
  [[nodiscard]] std::chrono::milliseconds next() {
    std::uniform_int_distribution<std::int64_t> spread(due_.count() / 2, due_.count());
    due_ = std::min(2 * due_, most);
    return std::chrono::milliseconds(spread(random_));
  }
  void reset() { due_ = first; }

 private:
  std::minstd_rand random_;
  std::chrono::milliseconds due_ = first;
};

}  // namespace chatserver::cache::valkey
