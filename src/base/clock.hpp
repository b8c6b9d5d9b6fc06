#pragma once

#include <chrono>

namespace chatserver {

// What windows, time-outs and grace are measured by: never runs backwards.
using Monotonic = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

// Civil time (UTC): what users see and what is stored.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// The time, as a port: the program passes SystemClock, tests a ManualClock.
// Threading: any.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual Monotonic monotonic() const noexcept = 0;
  [[nodiscard]] virtual Timestamp utc() const noexcept = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Monotonic monotonic() const noexcept override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] Timestamp utc() const noexcept override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

// Stands still until told otherwise. Threading: one thread.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] Monotonic monotonic() const noexcept override { return monotonic_; }
  [[nodiscard]] Timestamp utc() const noexcept override { return utc_; }

  void advance(std::chrono::microseconds by) {
    monotonic_ += by;
    utc_ += by;
  }
  void set_utc(Timestamp to) { utc_ = to; }

 private:
  // Far enough from zero that "an hour ago" exists: 2026-01-01 00:00:00 UTC.
  Monotonic monotonic_{std::chrono::hours{24}};
  Timestamp utc_{std::chrono::seconds{1767225600}};
};

}  // namespace chatserver
