#pragma once

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "cache/presence_exchange.hpp"

namespace chatserver::test {

// Remembers who is said to be on other nodes. Threading: any.
class RecordingListener final : public cache::PresenceListener {
 public:
  static constexpr std::chrono::seconds patience{30};
  using Present = std::map<std::string, std::string>;  // names by ids

  void elsewhere(std::vector<cache::UserPresence> changes) override {
    {
      const MutexLock lock(mutex_);
      for (const cache::UserPresence& change : changes) {
        news_.push_back((change.present ? "+" : "-") + change.user.id.value());
        if (change.present) {
          present_[change.user.id.value()] = change.user.username;
        } else {
          present_.erase(change.user.id.value());
        }
      }
    }
    changed_.notify_all();
  }

  // Waits until just these are there. Throws when nothing changes for `patience`.
  void wait_for(const Present& expected) {
    const MutexLock lock(mutex_);
    while (present_ != expected) {
      if (!changed_.wait_for(mutex_, patience)) throw std::runtime_error("others are present elsewhere");
    }
  }

  // Who came ("+ann") and left ("-ann") so far.
  [[nodiscard]] std::vector<std::string> news() {
    const MutexLock lock(mutex_);
    return news_;
  }

 private:
  Mutex mutex_;
  ConditionVariable changed_;
  Present present_ CHAT_GUARDED_BY(mutex_);
  std::vector<std::string> news_ CHAT_GUARDED_BY(mutex_);
};

}  // namespace chatserver::test
