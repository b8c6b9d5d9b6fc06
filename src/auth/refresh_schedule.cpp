#include "auth/refresh_schedule.hpp"

#include <algorithm>

namespace chatserver::auth {

bool RefreshSchedule::request(Monotonic now) {
  if (now < next_request_) return false;
  next_request_ = now + unknown_key_refresh_interval;
  requested_ = true;
  return true;
}

void RefreshSchedule::succeeded(Monotonic now) {
  retry_ = refresh_retry_min;
  next_ = now + refresh_;
}

void RefreshSchedule::failed(Monotonic now, double jitter) {
  next_ = now + std::chrono::duration_cast<Monotonic::duration>(retry_ * (1.0 - jitter / 2));
  retry_ = std::min(2 * retry_, refresh_retry_max);
}

}  // namespace chatserver::auth
