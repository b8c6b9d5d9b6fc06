#pragma once

#include <chrono>
#include <string>

#include "base/mutex.hpp"
#include "cache/valkey/log_state.hpp"
#include "store/log_records.hpp"

namespace chatserver::cache::valkey {

// Whether Valkey still has all that was written to it. It cannot tell by itself: started with an older copy
// of its data, all in it is as it was then. So the database keeps the process of Valkey in which the log was
// last known to be whole. What that process has is what it was given. Of another one a node knows that has
// followed the log all the time; and of one that was started while no node ran, it is known where the last
// node had left it.
//
// Threading: any. Errors: is_whole() and record() throw store::Unavailable.
class LogKeeping {
 public:
  // Without `records` every log counts as whole.
  explicit LogKeeping(store::LogRecords* records) : records_(records) {}

  // Whether a node that has seen nothing yet may take this for the whole log, found in that process.
  [[nodiscard]] bool is_whole(const std::string& process, const LogState& state);

  // The log was followed into that process, and nothing was missing.
  void followed_into(const std::string& process) CHAT_EXCLUDES(mutex_);
  // Sees to it that the database has it, and no place where it would have been left: now and then again, for
  // another node may have left meanwhile and not have known of this one.
  void record() CHAT_EXCLUDES(mutex_);
  // Nobody goes on from there. Nothing, where the log was not followed into that process.
  void leave(const std::string& process, EntryId last) CHAT_EXCLUDES(mutex_);

 private:
  store::LogRecords* const records_;

  Mutex mutex_;
  std::string process_ CHAT_GUARDED_BY(mutex_);
  std::chrono::steady_clock::time_point record_at_ CHAT_GUARDED_BY(mutex_);
};

}  // namespace chatserver::cache::valkey
