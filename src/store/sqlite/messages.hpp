#pragma once

#include "store/sqlite/connection.hpp"
#include "store/store.hpp"

// The messages of both streams and what goes with them: marks, nonces,
// tombstones. What each call means is said in store.hpp; those that write run
// inside the caller's transaction.
namespace chatserver::store::sqlite {

void append(Connection& connection, const Batch& batch);
[[nodiscard]] IdMarks id_marks(Connection& connection);
void reserve_ids(Connection& connection, const IdMarks& up_to);

[[nodiscard]] Messages messages_between(Connection& connection, CacheId after, CacheId up_to,
                                        std::size_t limit);
[[nodiscard]] MessagePage history(Connection& connection, ChannelId channel, std::optional<CacheId> before,
                                  std::size_t limit);

[[nodiscard]] PrivateMessages private_messages_between(Connection& connection, const UserId& user,
                                                       CacheId after, CacheId up_to, std::size_t limit);
[[nodiscard]] std::vector<NewestPrivateMessage> newest_private_messages(Connection& connection,
                                                                        CacheId up_to);
[[nodiscard]] PrivateMessagePage private_history(Connection& connection, const UserId& user,
                                                 const std::optional<UserId>& with,
                                                 std::optional<CacheId> before, std::size_t limit);

[[nodiscard]] std::optional<NonceUse> find_nonce(Connection& connection, const UserId& user,
                                                 std::string_view nonce, Timestamp not_before);
[[nodiscard]] std::size_t forget_nonces(Connection& connection, Timestamp before);

[[nodiscard]] std::vector<Tombstone> delete_messages(Connection& connection, std::span<const CacheId> ids,
                                                     std::span<const Tombstone> unwritten, Timestamp now);
[[nodiscard]] std::vector<Tombstone> tombstones(Connection& connection, CacheId up_to, std::size_t limit);

}  // namespace chatserver::store::sqlite
