#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include "base/stop_signal.hpp"

namespace chatserver::store::postgres {

// Does something again and again on a thread of its own ("store-watch").
// Lifetime: the destructor waits for a round that is under way. Errors: a round must not throw.
class Watch {
 public:
  Watch(std::chrono::milliseconds every, std::function<void()> round);
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch();

 private:
  void run();

  const std::chrono::milliseconds every_;
  const std::function<void()> round_;
  StopSignal stop_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace chatserver::store::postgres
