#pragma once

#include <vector>

#include "cache/message_cache.hpp"
#include "chat/directory.hpp"
#include "chat/fanout.hpp"
#include "chat/recent_deletions.hpp"
#include "chat/recent_messages.hpp"

namespace chatserver::chat {

// Brings what is in memory up to date with a change, and says what every shard is to
// do about it, in order. Threading: the cache's thread.
[[nodiscard]] std::vector<ShardChange> take_effect(const cache::Change& change, Directory& directory,
                                                   RecentMessages& recent, RecentDeletions& deletions);

}  // namespace chatserver::chat
