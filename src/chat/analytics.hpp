#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/async/blocking_pool.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/mutex.hpp"
#include "chat/fanout.hpp"
#include "store/store.hpp"

namespace chatserver::chat {

// The figures that dashboards are shown (messages by channel, sessions by day), computed
// once for all of them: when the first one comes, then once an interval while one is
// there. The shards get them when they have changed, and decide who is shown them.
//
// Threading: any; reads run on the pool, one at a time. set_shards() comes first.
// Errors: while the store is away the last figures stay, and the log says so once.
class Analytics {
 public:
  Analytics(store::Activity& store, BlockingPool& pool, const Clock& clock, Log& log,
            std::chrono::milliseconds interval)
      : store_(store), pool_(pool), clock_(clock), log_(log), interval_(interval) {}

  void set_shards(std::vector<ShardInbox*> shards) { shards_ = std::move(shards); }

  void dashboard_came() CHAT_EXCLUDES(mutex_);
  void dashboard_left() CHAT_EXCLUDES(mutex_);

  // To be called every now and then; computes again when that is due. Does not block.
  void tick() CHAT_EXCLUDES(mutex_);

  // What computing has taken of the processors until now.
  [[nodiscard]] std::chrono::nanoseconds cpu_time() const noexcept {
    return std::chrono::nanoseconds(cpu_ns_);
  }

 private:
  void begin_to_compute() CHAT_REQUIRES(mutex_);
  void compute() CHAT_EXCLUDES(mutex_);
  void show(hub::FramePtr figures) CHAT_REQUIRES(mutex_);
  // Both frames, one behind the other; empty when the store is away.
  [[nodiscard]] std::string read_frames();

  store::Activity& store_;
  BlockingPool& pool_;
  const Clock& clock_;
  Log& log_;
  const std::chrono::milliseconds interval_;
  std::vector<ShardInbox*> shards_;
  std::atomic<std::int64_t> cpu_ns_{0};
  std::atomic<bool> store_away_{false};

  Mutex mutex_;
  std::size_t dashboards_ CHAT_GUARDED_BY(mutex_) = 0;
  bool computing_ CHAT_GUARDED_BY(mutex_) = false;
  Monotonic due_ CHAT_GUARDED_BY(mutex_);
  std::string shown_ CHAT_GUARDED_BY(mutex_);  // empty: nothing
};

}  // namespace chatserver::chat
