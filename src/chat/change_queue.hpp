#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <utility>

#include "base/async/blocking_pool.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"

namespace chatserver::chat {

// The changes that administrators ask for, made one after the other on a thread of their own, so
// that no read and no login waits behind them while the store does not answer.
//
// Threading: any. Errors: a change that fails as unavailable takes along those that wait at that
// moment, each of which would wait for the store's time-out in turn; one that has not begun within
// `wait_max` is not made. Limits: `waiting_max` wait.
class ChangeQueue {
 public:
  static constexpr std::size_t waiting_max = 1024;

  ChangeQueue(const Clock& clock, std::chrono::milliseconds wait_max) : clock_(clock), wait_max_(wait_max) {}

  // Runs `change`, which blocks, and hands `done` what it returns; Error::unavailable when it was
  // not begun. `done` is called once, on the queue's thread, that of tick(), or at once.
  template <class Result, class Error, class Change>
  void make(Change change, std::move_only_function<void(std::expected<Result, Error>)> done) {
    const auto shared = std::make_shared<decltype(done)>(std::move(done));
    add({.make =
             [change = std::move(change), shared]() mutable {
               std::expected<Result, Error> made = change();
               const bool away = !made && made.error() == Error::unavailable;
               (*shared)(std::move(made));
               return away ? Store::away : Store::answers;
             },
         .refuse = [shared] { (*shared)(std::unexpected(Error::unavailable)); },
         .begin_by = clock_.monotonic() + wait_max_});
  }

  // To be called every now and then: refuses what has waited too long. Does not block.
  void tick() CHAT_EXCLUDES(mutex_);

  // Makes what waits, then ends the thread.
  void join() { thread_.join(); }

 private:
  enum class Store : std::uint8_t { answers, away };
  struct Waiting {
    std::move_only_function<Store()> make;
    std::move_only_function<void()> refuse;
    Monotonic begin_by;
  };

  void add(Waiting waiting) CHAT_EXCLUDES(mutex_);
  void make_all() CHAT_EXCLUDES(mutex_);
  void refuse_all() CHAT_EXCLUDES(mutex_);

  const Clock& clock_;
  const std::chrono::milliseconds wait_max_;
  Mutex mutex_;
  std::deque<Waiting> waiting_ CHAT_GUARDED_BY(mutex_);  // those that came first, first
  bool making_ CHAT_GUARDED_BY(mutex_) = false;          // make_all() runs or is about to
  BlockingPool thread_{1, 1};                            // ends before the rest
};

}  // namespace chatserver::chat
