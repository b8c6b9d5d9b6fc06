#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/mutex.hpp"
#include "model/ids.hpp"
#include "store/store.hpp"

namespace chatserver::chat {

// Which public messages are no more, so that a client that resumes is told of them while the database is
// away. Deletions are refused then, so that none is missed.
//
// Threading: any. Limits: the newest `kept_max` ids.
class RecentDeletions {
 public:
  static constexpr std::size_t kept_max = 10'000;

  // Reads what is kept. What is deleted behind that is to be added. Errors: throws store::Unavailable.
  explicit RecentDeletions(store::Store& store);

  // The newest `limit` ids that are not above `up_to`, ascending. Asks the database, and blocks and throws
  // store::Unavailable, only for what is older than memory reaches.
  [[nodiscard]] std::vector<CacheId> newest(CacheId up_to, std::size_t limit) CHAT_EXCLUDES(mutex_);

  void add(std::vector<CacheId> ids) CHAT_EXCLUDES(mutex_);
  // With a purge, of which the newest ids are named, ascending.
  void add(const store::PurgedChannel& purged) CHAT_EXCLUDES(mutex_);
  // Some may have been missed.
  void start_over() CHAT_EXCLUDES(mutex_);

 private:
  [[nodiscard]] std::optional<std::vector<CacheId>> remembered(CacheId up_to, std::size_t limit) const
      CHAT_EXCLUDES(mutex_);
  void load_if_missed() CHAT_EXCLUDES(mutex_);
  void keep(std::vector<CacheId> ids) CHAT_REQUIRES(mutex_);

  store::Store& store_;
  mutable Mutex mutex_;
  std::vector<CacheId> ids_ CHAT_GUARDED_BY(mutex_);  // ascending
  CacheId complete_after_ CHAT_GUARDED_BY(mutex_);    // all above it are in ids_
  bool missed_ CHAT_GUARDED_BY(mutex_) = true;        // the database knows some that would be kept
};

}  // namespace chatserver::chat
