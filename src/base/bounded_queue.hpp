#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/mutex.hpp"

namespace chatserver {

// What became of an item that was pushed.
enum class Pushed {
  accepted,
  full,    // as many items wait as may; the item is untouched
  closed,  // close() was called; the item is untouched
};

// Hands items from any number of threads to one consumer, in order.
//
// What has gathered changes hands by a swap of two vectors, so a producer never
// waits for more than that.
// Threading: push(), wake() and close(): any. poll(), wait(), wait_for() and empty(): the consumer.
// Limits: `items_max` wait at most, those that the consumer has not polled yet included.
template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t items_max) : items_max_(items_max) {
    check(items_max > 0, "a queue holds at least one item");
  }

  // Takes `item` only when it is accepted.
  [[nodiscard]] Pushed push(T&& item) CHAT_EXCLUDES(mutex_) {
    {
      const MutexLock lock(mutex_);
      if (closed_) return Pushed::closed;
      if (gathered_.size() + unpolled_ >= items_max_) return Pushed::full;
      gathered_.push_back(std::move(item));
    }
    changed_.notify_one();
    return Pushed::accepted;
  }

  // As many of `items`, from the first on, as are accepted; returns how many.
  // The consumer is woken once, so that it finds them together.
  [[nodiscard]] std::size_t push_all(std::span<T> items) CHAT_EXCLUDES(mutex_) {
    std::size_t accepted = 0;
    {
      const MutexLock lock(mutex_);
      if (closed_) return 0;
      accepted = std::min(items.size(), items_max_ - std::min(items_max_, gathered_.size() + unpolled_));
      const auto first = std::make_move_iterator(items.begin());
      gathered_.insert(gathered_.end(), first, first + static_cast<std::ptrdiff_t>(accepted));
    }
    if (accepted > 0) changed_.notify_one();
    return accepted;
  }

  // Lets a wait() return, now or when it is next called, though nothing was pushed.
  void wake() CHAT_EXCLUDES(mutex_) {
    {
      const MutexLock lock(mutex_);
      woken_ = true;
    }
    changed_.notify_one();
  }

  // Nothing is accepted any more; what was accepted can still be polled. Idempotent.
  void close() CHAT_EXCLUDES(mutex_) {
    {
      const MutexLock lock(mutex_);
      closed_ = true;
    }
    changed_.notify_one();
  }

  // The oldest items, at most `items_max`; empty when there are none. Does not wait.
  [[nodiscard]] std::vector<T> poll(std::size_t items_max) CHAT_EXCLUDES(mutex_) {
    std::vector<T> items;
    if (next_ == taken_.size()) take_gathered();
    const std::size_t count = std::min(items_max, taken_.size() - next_);
    if (count == taken_.size()) {
      items.swap(taken_);
    } else {
      const auto first = taken_.begin() + static_cast<std::ptrdiff_t>(next_);
      items.assign(std::make_move_iterator(first),
                   std::make_move_iterator(first + static_cast<std::ptrdiff_t>(count)));
      next_ += count;
    }
    const MutexLock lock(mutex_);
    unpolled_ -= count;
    return items;
  }

  // Waits until there is something to poll, or wake() was called. False when the
  // queue is closed and everything was polled, whoever wakes it.
  [[nodiscard]] bool wait() CHAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    while (nothing_to_do()) changed_.wait(mutex_);
    return take_wake_up();
  }

  // As wait(), and woken after `at_most`.
  [[nodiscard]] bool wait_for(std::chrono::milliseconds at_most) CHAT_EXCLUDES(mutex_) {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    const MutexLock lock(mutex_);
    while (nothing_to_do() && changed_.wait_until(mutex_, deadline)) {
    }
    if (nothing_to_do()) woken_ = true;
    return take_wake_up();
  }

  [[nodiscard]] bool empty() CHAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return gathered_.empty() && unpolled_ == 0;
  }

 private:
  [[nodiscard]] bool nothing_to_do() const CHAT_REQUIRES(mutex_) {
    return gathered_.empty() && unpolled_ == 0 && !woken_ && !closed_;
  }

  // What wait() returns.
  [[nodiscard]] bool take_wake_up() CHAT_REQUIRES(mutex_) {
    const bool woken = std::exchange(woken_, false);
    return (woken && !closed_) || !gathered_.empty() || unpolled_ > 0;
  }

  void take_gathered() CHAT_EXCLUDES(mutex_) {
    taken_.clear();
    next_ = 0;
    const MutexLock lock(mutex_);
    taken_.swap(gathered_);
    unpolled_ = taken_.size();
  }

  const std::size_t items_max_;

  // The consumer's: what it swapped out and has polled up to next_.
  std::vector<T> taken_;
  std::size_t next_ = 0;

  Mutex mutex_;
  ConditionVariable changed_;
  std::vector<T> gathered_ CHAT_GUARDED_BY(mutex_);
  std::size_t unpolled_ CHAT_GUARDED_BY(mutex_) = 0;  // of taken_
  bool woken_ CHAT_GUARDED_BY(mutex_) = false;
  bool closed_ CHAT_GUARDED_BY(mutex_) = false;
};

}  // namespace chatserver
