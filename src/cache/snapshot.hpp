#pragma once

#include <utility>

#include "cache/message_cache.hpp"

namespace chatserver::cache {

// From the newest messages up to `last`, of which `most` were asked for. Threading: pure.
[[nodiscard]] inline Snapshot make_snapshot(const store::IdMarks& last, std::vector<Message> recent,
                                            std::size_t most) {
  Snapshot snapshot{.last = last, .recent = std::move(recent), .complete_after = CacheId{}};
  // With fewer than would fit, nothing older exists.
  if (snapshot.recent.size() >= most) {
    snapshot.complete_after =
        snapshot.recent.empty() ? last.messages : CacheId(snapshot.recent.front().cache_id.value() - 1);
  }
  return snapshot;
}

}  // namespace chatserver::cache
