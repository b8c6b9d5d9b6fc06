#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>

#include "store/store.hpp"

namespace chatserver::store::postgres {

// Up to where reads may see messages: what an append() has returned for. A commit
// whose answer was lost may be undone later (see writer.hpp), and what was read in
// between would have been shown and then be gone.
//
// Threading: any.
class VisibleMarks {
 public:
  // Before that, everything is visible.
  void limit_to(const IdMarks& marks) noexcept {
    messages_ = marks.messages.value();
    private_messages_ = marks.private_messages.value();
  }
  // The one thread that appends.
  void raise(const Batch& batch) noexcept {
    if (!batch.messages.empty()) raise(messages_, batch.messages.back().cache_id);
    if (!batch.private_messages.empty()) raise(private_messages_, batch.private_messages.back().cache_id);
  }

  [[nodiscard]] IdMarks marks() const noexcept {
    return {.messages = CacheId(messages_), .private_messages = CacheId(private_messages_)};
  }
  [[nodiscard]] CacheId message_at_most(CacheId asked) const noexcept {
    return std::min(asked, CacheId(messages_));
  }
  [[nodiscard]] CacheId private_message_at_most(CacheId asked) const noexcept {
    return std::min(asked, CacheId(private_messages_));
  }

 private:
  static void raise(std::atomic<std::int64_t>& mark, CacheId to) noexcept {
    mark = std::max(mark.load(), to.value());
  }

  std::atomic<std::int64_t> messages_ = std::numeric_limits<std::int64_t>::max();
  std::atomic<std::int64_t> private_messages_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace chatserver::store::postgres
