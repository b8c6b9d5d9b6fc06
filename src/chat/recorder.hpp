#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/async/blocking_pool.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/mutex.hpp"
#include "model/session_record.hpp"
#include "store/store.hpp"

namespace chatserver::chat {

// Writes down who is here: users and sessions as they come, sessions as they end,
// gathered into batches, because a reconnect storm must not be a storm of transactions.
// While a session is open, also that the server is alive: should it be killed, that is
// when its sessions ended.
//
// Threading: any; one thread of the pool at most is busy with it, also while the store is slow.
// Limits: `waiting_max` records of each kind wait while the store
// is away; the oldest are dropped beyond (they are statistics, not messages).
class Recorder {
 public:
  static constexpr std::size_t waiting_max = 100'000;
  static constexpr std::chrono::seconds sign_of_life_every{10};

  Recorder(store::Store& store, BlockingPool& pool, Log& log) : store_(store), pool_(pool), log_(log) {}

  void seen(store::SeenUser user) CHAT_EXCLUDES(mutex_);
  void began(SessionStart session) CHAT_EXCLUDES(mutex_);
  void ended(SessionRecord session) CHAT_EXCLUDES(mutex_);
  // To be called every now and then: has a sign of life written when that is due.
  void tick(Monotonic now, Timestamp utc) CHAT_EXCLUDES(mutex_);

  // Writes what waits, on the caller's thread; false when the store is away.
  bool flush() CHAT_EXCLUDES(mutex_, writing_);

 private:
  void write_soon() CHAT_EXCLUDES(mutex_);
  void write() CHAT_EXCLUDES(mutex_, writing_);

  store::Store& store_;
  BlockingPool& pool_;
  Log& log_;
  Mutex writing_;  // one writer at a time, so that batches keep their order
  Mutex mutex_;
  std::vector<store::SeenUser> users_ CHAT_GUARDED_BY(mutex_);
  std::vector<SessionStart> begun_ CHAT_GUARDED_BY(mutex_);
  std::vector<SessionRecord> ended_ CHAT_GUARDED_BY(mutex_);
  std::optional<Timestamp> alive_ CHAT_GUARDED_BY(mutex_);  // to be written
  std::size_t open_ CHAT_GUARDED_BY(mutex_) = 0;            // sessions
  Monotonic next_sign_of_life_ CHAT_GUARDED_BY(mutex_);
  bool scheduled_ CHAT_GUARDED_BY(mutex_) = false;  // write() runs or is about to
  bool more_came_ CHAT_GUARDED_BY(mutex_) = false;  // since it last looked
};

}  // namespace chatserver::chat
