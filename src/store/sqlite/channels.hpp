#pragma once

#include "store/sqlite/connection.hpp"
#include "store/store.hpp"

// The channels, those that are no more, and the messages that go with a purged one. What
// each call means is said in changes.hpp and committing.hpp; those that write run inside
// the caller's transaction.
namespace chatserver::store::sqlite {

[[nodiscard]] std::vector<Channel> channels(Connection& connection);

[[nodiscard]] ChannelId add_channel(Connection& connection, const Channel& channel);
void update_channel(Connection& connection, const Channel& channel);
void remove_channel(Connection& connection, const Channel& channel, Purge purge, Timestamp now);

// The newest `limit` messages of a channel, ascending.
[[nodiscard]] std::vector<CacheId> newest_of(Connection& connection, ChannelId channel, std::size_t limit);

[[nodiscard]] std::size_t remove_purged(Connection& connection, std::size_t limit, Timestamp now);

}  // namespace chatserver::store::sqlite
