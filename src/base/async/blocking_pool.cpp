#include "base/async/blocking_pool.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <pthread.h>
#include <sched.h>

namespace chatserver {
namespace {

// Of the class that gives way at once: a nice thread still ends its slice first, milliseconds
// in which a shard on the same core waits. Where it cannot be set the pool is merely less polite.
void give_way() {
  thread_local bool done = false;
  if (done) return;
  done = true;
  const sched_param none{};
  ::pthread_setschedparam(::pthread_self(), SCHED_IDLE, &none);
}

}  // namespace

bool BlockingPool::run(std::move_only_function<void()> job) {
  if (waiting_.fetch_add(1) >= waiting_max_) {
    --waiting_;
    return false;
  }
  boost::asio::post(pool_, [this, job = std::move(job)]() mutable {
    --waiting_;
    if (priority_ == ThreadPriority::background) give_way();
    job();
  });
  return true;
}

}  // namespace chatserver
