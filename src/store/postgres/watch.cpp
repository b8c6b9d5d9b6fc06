#include "store/postgres/watch.hpp"

#include <utility>

#include <pthread.h>

namespace chatserver::store::postgres {

Watch::Watch(std::chrono::milliseconds every, std::function<void()> round)
    : every_(every), round_(std::move(round)), thread_([this] { run(); }) {}

Watch::~Watch() {
  {
    const MutexLock lock(mutex_);
    ending_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

void Watch::run() {
  pthread_setname_np(pthread_self(), "store-watch");
  for (;;) {
    {
      const MutexLock lock(mutex_);
      const auto next = std::chrono::steady_clock::now() + every_;
      while (!ending_) {
        const auto left = next - std::chrono::steady_clock::now();
        if (left <= left.zero()) break;
        ended_.wait_for(mutex_, left);
      }
      if (ending_) return;
    }
    round_();
  }
}

}  // namespace chatserver::store::postgres
