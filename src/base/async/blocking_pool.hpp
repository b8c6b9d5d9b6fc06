#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

#include <boost/asio/thread_pool.hpp>

namespace chatserver {

// Whether threads give way to the others when cores are short.
enum class ThreadPriority { normal, background };

// A few threads for what blocks (databases, hashing), so that no shard ever does.
//
// Threading: any. Limits: `waiting_max` jobs that have not begun; a further one
// is refused, and whoever asked answers "unavailable". Lifetime: join() or the
// destructor runs what was accepted, then ends the threads.
class BlockingPool {
 public:
  BlockingPool(std::size_t threads, std::size_t waiting_max, ThreadPriority priority = ThreadPriority::normal)
      : pool_(threads), waiting_max_(waiting_max), priority_(priority) {}

  // False, and nothing happens, when too many wait. A job must not throw.
  [[nodiscard]] bool run(std::move_only_function<void()> job);

  void join() { pool_.join(); }

 private:
  boost::asio::thread_pool pool_;
  const std::size_t waiting_max_;
  const ThreadPriority priority_;
  std::atomic<std::size_t> waiting_{0};
};

}  // namespace chatserver
