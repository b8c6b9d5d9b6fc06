#pragma once

#include <chrono>

#include "auth/options.hpp"
#include "base/clock.hpp"

namespace chatserver::auth {

inline constexpr std::chrono::milliseconds refresh_retry_min{1'000};
inline constexpr std::chrono::milliseconds refresh_retry_max{30'000};

// When keys are fetched next. Threading: one thread (plain state).
class RefreshSchedule {
 public:
  // The first fetch is due at `now`.
  RefreshSchedule(std::chrono::milliseconds refresh, Monotonic now) : refresh_(refresh), next_(now) {}

  [[nodiscard]] bool due(Monotonic now) const noexcept { return requested_ || now >= next_; }
  [[nodiscard]] Monotonic next() const noexcept { return next_; }

  // Somebody met an unknown key. True: a fetch is due now, even if one is under
  // way; false: too soon after the last such request.
  [[nodiscard]] bool request(Monotonic now);

  void began() noexcept { requested_ = false; }
  void succeeded(Monotonic now);

  // `jitter` in [0, 1) takes up to half of the delay away, so that nodes that
  // lost the same issuer do not come back to it as one.
  void failed(Monotonic now, double jitter);

 private:
  std::chrono::milliseconds refresh_;
  Monotonic next_;
  bool requested_ = false;
  std::chrono::milliseconds retry_ = refresh_retry_min;
  Monotonic next_request_ = Monotonic::min();
};

}  // namespace chatserver::auth
