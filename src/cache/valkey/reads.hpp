#pragma once

#include <cstddef>
#include <optional>

#include "cache/message_cache.hpp"
#include "cache/valkey/shared.hpp"
#include "store/store.hpp"

namespace chatserver::cache::valkey {

// Reads over what this node remembers and what is in the database, which together are everything.
// The database is asked only where memory does not reach.
//
// Threading: any; they block. Errors: throw store::Unavailable, but for newest_private_messages().
[[nodiscard]] std::vector<Message> unstored(Shared& shared, CacheId before, std::size_t limit);
[[nodiscard]] store::Messages messages_between(Shared& shared, CacheId after, CacheId up_to,
                                               std::size_t limit);
[[nodiscard]] store::PrivateMessages private_messages_between(Shared& shared, const UserId& user,
                                                              CacheId after, CacheId up_to,
                                                              std::size_t limit);
[[nodiscard]] store::PrivateMessages newest_private_messages(Shared& shared, const UserId& user,
                                                             CacheId up_to, std::size_t limit);
[[nodiscard]] store::MessagePage history(Shared& shared, ChannelId channel, std::optional<CacheId> before,
                                         std::size_t limit);
[[nodiscard]] store::PrivateMessagePage private_history(Shared& shared, const UserId& user,
                                                        const std::optional<UserId>& with,
                                                        std::optional<CacheId> before, std::size_t limit);

// What a subscriber begins with when everything up to `marks` is history.
[[nodiscard]] Snapshot snapshot_of(Shared& shared, const store::IdMarks& marks);

}  // namespace chatserver::cache::valkey
