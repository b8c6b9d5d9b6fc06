#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include "base/mutex.hpp"
#include "cache/message_cache.hpp"

namespace chatserver::test {

// What became of one submission.
using Outcome = std::variant<Message, PrivateMessage, cache::Repeat, cache::Refusal>;

// Remembers what was delivered. Threading: any.
class RecordingSubscriber final : public cache::Subscriber {
 public:
  static constexpr std::chrono::seconds patience{90};

  using Look = std::function<void(const cache::Delivery&)>;

  RecordingSubscriber() = default;
  // `look` sees each delivery first, on the thread that delivers it.
  explicit RecordingSubscriber(Look look) : look_(std::move(look)) {}

  void deliver(cache::Delivery delivery) override {
    if (look_) look_(delivery);
    {
      const MutexLock lock(mutex_);
      for (auto& message : delivery.messages) outcomes_.emplace_back(std::move(message));
      for (auto& message : delivery.private_messages) outcomes_.emplace_back(std::move(message));
      for (auto& repeat : delivery.repeats) outcomes_.emplace_back(std::move(repeat));
      for (auto& refusal : delivery.refusals) outcomes_.emplace_back(std::move(refusal));
      for (auto& change : delivery.changes) {
        changes_.push_back(std::move(change));
        outcomes_before_change_.push_back(outcomes_.size());
      }
    }
    changed_.notify_all();
  }

  void start_over(cache::FreshStart start) override {
    {
      const MutexLock lock(mutex_);
      starts_.push_back(std::move(start));
    }
    changed_.notify_all();
  }
  // Waits for the `count`th of them; all there were.
  std::vector<cache::FreshStart> wait_for_starts(std::size_t count) {
    const MutexLock lock(mutex_);
    wait_until_there(starts_, count, "nothing started over");
    return starts_;
  }

  // Waits until there are `count` outcomes; all there are, in the order of their
  // delivery. Throws when nothing has come for `patience`: the cache owes an outcome.
  std::vector<Outcome> wait_for_outcomes(std::size_t count) {
    const MutexLock lock(mutex_);
    wait_until_there(outcomes_, count, "an outcome is missing");
    return outcomes_;
  }
  [[nodiscard]] std::size_t outcome_count() {
    const MutexLock lock(mutex_);
    return outcomes_.size();
  }
  // Waits for the `count`th of them; all there were.
  std::vector<cache::Change> wait_for_changes(std::size_t count) {
    const MutexLock lock(mutex_);
    wait_until_there(changes_, count, "a change is missing");
    return changes_;
  }
  [[nodiscard]] std::vector<cache::Change> changes() {
    const MutexLock lock(mutex_);
    return changes_;
  }

  // The outcomes so far that are a T, in order.
  template <class T>
  [[nodiscard]] std::vector<T> all() {
    const MutexLock lock(mutex_);
    return first<T>(outcomes_.size());
  }
  // Those that were delivered before changes()[index].
  template <class T>
  [[nodiscard]] std::vector<T> before_change(std::size_t index) {
    const MutexLock lock(mutex_);
    return first<T>(outcomes_before_change_.at(index));
  }

 private:
  template <class T>
  void wait_until_there(const std::vector<T>& all, std::size_t count, const char* complaint)
      CHAT_REQUIRES(mutex_) {
    while (all.size() < count) {
      if (!changed_.wait_for(mutex_, patience)) throw std::runtime_error(complaint);
    }
  }

  template <class T>
  [[nodiscard]] std::vector<T> first(std::size_t count) CHAT_REQUIRES(mutex_) {
    std::vector<T> found;
    for (std::size_t i = 0; i < count; ++i) {
      if (const T* match = std::get_if<T>(&outcomes_[i])) found.push_back(*match);
    }
    return found;
  }

  const Look look_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::vector<Outcome> outcomes_ CHAT_GUARDED_BY(mutex_);
  std::vector<cache::FreshStart> starts_ CHAT_GUARDED_BY(mutex_);
  std::vector<cache::Change> changes_ CHAT_GUARDED_BY(mutex_);
  std::vector<std::size_t> outcomes_before_change_ CHAT_GUARDED_BY(mutex_);  // for each of changes_
};

}  // namespace chatserver::test
