#include "store/sqlite/channels.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace chatserver::store::sqlite {
namespace {

constexpr Sql select_channels =
    "SELECT id, name, description, sort_order FROM channels ORDER BY sort_order, id";
constexpr Sql insert_channel = "INSERT INTO channels (name, description, sort_order) VALUES (?1, ?2, ?3)";
constexpr Sql write_channel =
    "UPDATE channels SET name = ?2, description = ?3, sort_order = ?4 WHERE id = ?1";
constexpr Sql delete_channel = "DELETE FROM channels WHERE id = ?1";
constexpr Sql insert_deleted =
    "INSERT INTO deleted_channels (channel_id, name, purged, deleted_at) VALUES (?1, ?2, ?3, ?4)";

constexpr Sql insert_purge = "INSERT INTO purges (channel_id) VALUES (?1)";
constexpr Sql select_purge = "SELECT channel_id FROM purges ORDER BY channel_id LIMIT 1";
constexpr Sql delete_purge = "DELETE FROM purges WHERE channel_id = ?1";

constexpr Sql select_newest =
    "SELECT cache_id FROM chat_messages WHERE channel_id = ?1 ORDER BY cache_id DESC LIMIT ?2";

// Two statements over the same rows. The newest first: reads of what is recent pass over what is hidden.
constexpr Sql bury_newest = R"sql(
  INSERT INTO tombstones (cache_id, channel_id, deleted_at)
  SELECT cache_id, channel_id, ?3 FROM chat_messages WHERE channel_id = ?1 ORDER BY cache_id DESC LIMIT ?2
  ON CONFLICT (cache_id) DO NOTHING)sql";
constexpr Sql delete_newest = R"sql(
  DELETE FROM chat_messages WHERE cache_id IN (
    SELECT cache_id FROM chat_messages WHERE channel_id = ?1 ORDER BY cache_id DESC LIMIT ?2))sql";

}  // namespace

std::vector<Channel> channels(Connection& connection) {
  std::vector<Channel> all;
  Query query(connection, select_channels);
  while (query.next()) {
    all.push_back({.id = ChannelId(query.integer(0)),
                   .name = query.text(1),
                   .description = query.is_null(2) ? std::nullopt : std::optional(query.text(2)),
                   .sort_order = static_cast<int>(query.integer(3))});
  }
  return all;
}

ChannelId add_channel(Connection& connection, const Channel& channel) {
  Query(connection, insert_channel, channel.name, channel.description, std::int64_t{channel.sort_order})
      .run();
  return ChannelId(connection.last_row_id());
}

void update_channel(Connection& connection, const Channel& channel) {
  Query(connection, write_channel, channel.id, channel.name, channel.description,
        std::int64_t{channel.sort_order})
      .run();
}

void remove_channel(Connection& connection, const Channel& channel, Purge purge, Timestamp now) {
  Query(connection, delete_channel, channel.id).run();
  Query(connection, insert_deleted, channel.id, channel.name, std::int64_t{purge == Purge::yes}, now).run();
  if (purge == Purge::yes) Query(connection, insert_purge, channel.id).run();
}

std::vector<CacheId> newest_of(Connection& connection, ChannelId channel, std::size_t limit) {
  std::vector<CacheId> ids;
  Query query(connection, select_newest, channel, static_cast<std::int64_t>(limit));
  while (query.next()) ids.emplace_back(query.integer(0));
  std::ranges::reverse(ids);
  return ids;
}

std::size_t remove_purged(Connection& connection, std::size_t limit, Timestamp now) {
  check(limit > 0, "a portion is more than nothing");
  for (;;) {
    std::optional<ChannelId> channel;
    {
      Query query(connection, select_purge);
      if (query.next()) channel = ChannelId(query.integer(0));
    }
    if (!channel) return 0;
    const auto at_most = static_cast<std::int64_t>(limit);
    Query(connection, bury_newest, *channel, at_most, now).run();
    Query(connection, delete_newest, *channel, at_most).run();
    if (const int removed = connection.changes(); removed > 0) return static_cast<std::size_t>(removed);
    Query(connection, delete_purge, *channel).run();
  }
}

}  // namespace chatserver::store::sqlite
