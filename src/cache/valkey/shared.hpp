#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/mutex.hpp"
#include "cache/message_cache.hpp"
#include "cache/options.hpp"
#include "cache/valkey/batch.hpp"
#include "cache/valkey/connection.hpp"
#include "cache/valkey/health.hpp"
#include "cache/valkey/log_keeping.hpp"
#include "cache/valkey/reservation.hpp"
#include "cache/valkey/standing.hpp"
#include "cache/valkey/target.hpp"
#include "cache/valkey/timeline.hpp"
#include "store/log_records.hpp"
#include "store/store.hpp"

namespace chatserver::cache::valkey {

// What the threads of one ValkeyCache have in common. Threading: any.
struct Shared {
  const Options options;
  const Target target;
  const std::string node;       // names this process to Valkey, different at each start
  const std::string server_id;  // whose log it is
  store::Store& store;
  const Clock* const test_clock;  // counts in place of Valkey's; null in the program
  Log& log;

  Health health{log};
  Standing standing{};
  LogKeeping keeping{dynamic_cast<store::LogRecords*>(&store)};
  Reservation reservation{store, options.backlog_max};

  Mutex memory{};
  Timeline timeline CHAT_GUARDED_BY(memory){options.messages};

  [[nodiscard]] Connection::Options connection(const char* role) const {
    return {.target = target,
            .name = options.prefix + ":" + role,
            .timeout = options.timeout,
            .durable = options.durable};
  }
  [[nodiscard]] std::string key(const char* name) const { return options.prefix + ":" + name; }
  [[nodiscard]] std::optional<GivenTime> given_time() const {
    if (test_clock == nullptr) return std::nullopt;
    return GivenTime{.utc = test_clock->utc(), .monotonic = test_clock->monotonic()};
  }
  [[nodiscard]] Monotonic monotonic() const {
    return test_clock == nullptr ? SystemClock().monotonic() : test_clock->monotonic();
  }
  // This machine's time, for what need not be exact.
  [[nodiscard]] Timestamp about_now() const {
    return test_clock == nullptr ? SystemClock().utc() : test_clock->utc();
  }
};

// Hands deliveries to the subscriber, one at a time. Threading: any.
class Outlet {
 public:
  void open(Subscriber& subscriber) CHAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    subscriber_ = &subscriber;
  }
  void deliver(Delivery delivery) CHAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    check(subscriber_ != nullptr, "start() comes before anything else");
    subscriber_->deliver(std::move(delivery));
  }
  void start_over(FreshStart start) CHAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    check(subscriber_ != nullptr, "start() comes before anything else");
    subscriber_->start_over(std::move(start));
  }

 private:
  Mutex mutex_;
  Subscriber* subscriber_ CHAT_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace chatserver::cache::valkey
