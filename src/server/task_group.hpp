#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "server/asio_types.hpp"

namespace chatserver::server {

// Owns coroutines: knows how many run, and says when the last one has ended. How
// they are made to end is their business (close their sockets).
//
// Threading: the executor's thread. Lifetime: outlives its tasks.
class TaskGroup {
 public:
  void spawn(const Executor& executor, Task<> task) {
    ++running_;
    boost::asio::co_spawn(executor, std::move(task), [this](const std::exception_ptr& error) {
      // Ends of I/O are values here; an exception is a broken world nobody expected.
      if (error) std::rethrow_exception(error);
      --running_;
      if (running_ == 0 && on_idle_) std::exchange(on_idle_, nullptr)();
    });
  }

  [[nodiscard]] std::size_t running() const noexcept { return running_; }

  // Called once, when none runs; at once if that is now.
  void when_idle(std::function<void()> callback) {
    if (running_ == 0) return callback();
    on_idle_ = std::move(callback);
  }

 private:
  std::size_t running_ = 0;
  std::function<void()> on_idle_;
};

}  // namespace chatserver::server
