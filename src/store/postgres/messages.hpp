#pragma once

#include "store/postgres/connection.hpp"
#include "store/store.hpp"

// The messages of both streams and what goes with them: marks, nonces,
// tombstones. What each call means is said in store.hpp; those that write run
// inside the caller's transaction.
namespace chatserver::store::postgres {

void append(Connection& connection, const Batch& batch);
// Takes the rows and nonces of a batch away again, as if it had never been.
void remove(Connection& connection, const std::vector<std::int64_t>& ids,
            const std::vector<std::int64_t>& private_ids);
[[nodiscard]] IdMarks id_marks(Connection& connection);
void reserve_ids(Connection& connection, const IdMarks& up_to);

[[nodiscard]] Messages messages_between(Connection& connection, CacheId after, CacheId up_to,
                                        std::size_t limit);
[[nodiscard]] MessagePage history(Connection& connection, ChannelId channel, CacheId up_to,
                                  std::size_t limit);

[[nodiscard]] PrivateMessages private_messages_between(Connection& connection, const UserId& user,
                                                       CacheId after, CacheId up_to, std::size_t limit);
[[nodiscard]] std::vector<NewestPrivateMessage> newest_private_messages(Connection& connection,
                                                                        CacheId up_to);
[[nodiscard]] PrivateMessagePage private_history(Connection& connection, const UserId& user,
                                                 const std::optional<UserId>& with, CacheId up_to,
                                                 std::size_t limit);

// Only uses by messages up to `up_to`.
[[nodiscard]] std::vector<std::optional<NonceUse>> find_nonces(Connection& connection,
                                                               std::span<const UserNonce> nonces,
                                                               Timestamp not_before, const IdMarks& up_to);
[[nodiscard]] std::size_t forget_nonces(Connection& connection, Timestamp before);

[[nodiscard]] std::vector<Tombstone> delete_messages(Connection& connection, std::span<const CacheId> ids,
                                                     std::span<const Tombstone> unwritten, Timestamp now);
[[nodiscard]] std::vector<Tombstone> tombstones(Connection& connection, CacheId up_to, std::size_t limit);

}  // namespace chatserver::store::postgres
