#include "base/async/blocking_pool.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace chatserver {
namespace {

// On Linux niceness is a thread's own. Where it cannot be set the pool is merely less polite.
void give_way() {
  constexpr int niceness = 10;
  thread_local bool done = false;
  if (done) return;
  done = true;
  const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
  ::setpriority(PRIO_PROCESS, thread, niceness);
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
