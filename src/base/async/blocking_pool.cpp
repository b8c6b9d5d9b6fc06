#include "base/async/blocking_pool.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace chatserver {

bool BlockingPool::run(std::move_only_function<void()> job) {
  if (waiting_.fetch_add(1) >= waiting_max_) {
    --waiting_;
    return false;
  }
  boost::asio::post(pool_, [this, job = std::move(job)]() mutable {
    --waiting_;
    job();
  });
  return true;
}

}  // namespace chatserver
