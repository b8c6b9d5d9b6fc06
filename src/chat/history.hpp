#pragma once

#include <cstddef>
#include <optional>

#include "cache/message_cache.hpp"
#include "chat/recent_deletions.hpp"
#include "hub/frame.hpp"
#include "model/ids.hpp"

namespace chatserver::chat {

// What a session's welcome needs besides the newest public messages.
struct HistoryRequest {
  UserId user;
  CacheId last_public;  // where live traffic begins
  CacheId last_private;
  std::optional<CacheId> since;          // set when the public part is to be read too
  std::optional<CacheId> deleted_up_to;  // tell of deletions among these ids
  std::optional<CacheId> private_since;
  std::optional<CacheId> beyond;  // set when the client names a public id above last_public
  std::size_t recent_max = 0;     // messages of a first welcome
  std::size_t resume_max = 0;     // of a resumed one
};

// Whole frames; null where there is nothing to say.
struct History {
  hub::FramePtr messages;
  hub::FramePtr private_messages;
  hub::FramePtr deleted;
};

// Threading: any; blocks. Errors: throws store::Unavailable; also where the client has seen more, at another
// server, than has come to this one so far.
[[nodiscard]] History read_history(const HistoryRequest& request, cache::MessageCache& cache,
                                   RecentDeletions& deletions);

}  // namespace chatserver::chat
