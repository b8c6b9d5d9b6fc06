#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "server/address.hpp"
#include "server/pages/bounded_map.hpp"

namespace chatserver::server {

// How many accounts one address (of IPv6, one /64) may make in a day, which
// begins with its first.
//
// Threading: any. Limits: `addresses_max`; the one used longest ago is forgotten
// first. All of it is forgotten when the program ends.
class SignUpLimit {
 public:
  static constexpr std::chrono::hours window{24};
  static constexpr std::size_t addresses_max = 16'384;

  explicit SignUpLimit(int per_address) : per_address_(per_address) {}

  // None: one more is allowed, and counted. Else how long until then.
  [[nodiscard]] std::optional<std::chrono::seconds> admit(const Address& address, Monotonic now)
      CHAT_EXCLUDES(mutex_);
  // Nothing came of the latest one.
  void give_back(const Address& address) CHAT_EXCLUDES(mutex_);

 private:
  struct Day {
    int count = 0;
    Monotonic began{};
  };

  const int per_address_;
  Mutex mutex_;
  BoundedMap<Day> days_ CHAT_GUARDED_BY(mutex_){addresses_max};
};

}  // namespace chatserver::server
