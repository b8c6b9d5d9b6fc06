#include "chat/change_queue.hpp"

#include <optional>
#include <vector>

#include "base/check.hpp"

namespace chatserver::chat {

void ChangeQueue::add(Waiting waiting) {
  {
    const MutexLock lock(mutex_);
    if (waiting_.size() < waiting_max) {
      waiting_.push_back(std::move(waiting));
      if (!std::exchange(making_, true))
        check(thread_.run([this] { make_all(); }), "the thread has one job at a time");
      return;
    }
  }
  waiting.refuse();
}

void ChangeQueue::make_all() {
  for (;;) {
    tick();
    std::optional<Waiting> next;
    {
      const MutexLock lock(mutex_);
      making_ = !waiting_.empty();
      if (!making_) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    if (next->make() == Store::away) refuse_all();
  }
}

void ChangeQueue::tick() {
  std::vector<Waiting> late;
  {
    const MutexLock lock(mutex_);
    const Monotonic now = clock_.monotonic();
    while (!waiting_.empty() && waiting_.front().begin_by <= now) {
      late.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
  }
  for (Waiting& one : late) one.refuse();
}

void ChangeQueue::refuse_all() {
  std::deque<Waiting> all;
  {
    const MutexLock lock(mutex_);
    all.swap(waiting_);
  }
  for (Waiting& one : all) one.refuse();
}

}  // namespace chatserver::chat
