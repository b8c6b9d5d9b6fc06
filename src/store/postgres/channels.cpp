#include "store/postgres/channels.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/check.hpp"

namespace chatserver::store::postgres {
namespace {

constexpr Sql select_channels =
    "SELECT id, name, description, sort_order FROM channels ORDER BY sort_order, id";
constexpr Sql insert_channel =
    "INSERT INTO channels (name, description, sort_order) VALUES ($1, $2, $3) RETURNING id";
constexpr Sql write_channel =
    "UPDATE channels SET name = $2, description = $3, sort_order = $4 WHERE id = $1";
constexpr Sql delete_channel = "DELETE FROM channels WHERE id = $1";
constexpr Sql insert_deleted =
    "INSERT INTO deleted_channels (channel_id, name, purged, deleted_at) VALUES ($1, $2, $3, $4)";

constexpr Sql insert_purge = "INSERT INTO purges (channel_id) VALUES ($1)";
constexpr Sql select_purge = "SELECT channel_id, below FROM purges ORDER BY channel_id LIMIT 1";
constexpr Sql delete_purge = "DELETE FROM purges WHERE channel_id = $1";

constexpr Sql select_newest =
    "SELECT cache_id FROM chat_messages WHERE channel_id = $1 ORDER BY cache_id DESC LIMIT $2";

// The newest first: reads of what is recent pass over what is hidden. An array, because a limit that
// the planner does not know makes it read the whole table for a join.
constexpr Sql remove_newest = R"sql(
  WITH removed AS (
    DELETE FROM chat_messages WHERE cache_id = ANY (ARRAY (
      SELECT cache_id FROM chat_messages WHERE channel_id = $1 AND cache_id < $4 ORDER BY cache_id DESC LIMIT $2))
    RETURNING cache_id, channel_id),
  kept AS (
    INSERT INTO tombstones (cache_id, channel_id, deleted_at) SELECT cache_id, channel_id, $3 FROM removed
    ON CONFLICT (cache_id) DO NOTHING),
  noted AS (
    UPDATE purges SET below = (SELECT min(cache_id) FROM removed) WHERE channel_id = $1)
  SELECT count(*) FROM removed)sql";

// Plans are kept. One that was made while there were hardly any tombstones would read all
// of them for each message, until the database looked at the table by itself.
constexpr Sql look_at_tombstones = "ANALYZE tombstones";

}  // namespace

std::vector<Channel> channels(Connection& connection) {
  std::vector<Channel> all;
  Rows rows = connection.run(select_channels);
  while (rows.next()) {
    all.push_back({.id = ChannelId(rows.integer(0)),
                   .name = rows.text(1),
                   .description = rows.is_null(2) ? std::nullopt : std::optional(rows.text(2)),
                   .sort_order = static_cast<int>(rows.integer(3))});
  }
  return all;
}

ChannelId add_channel(Connection& connection, const Channel& channel) {
  Rows rows =
      connection.run(insert_channel, channel.name, channel.description, std::int64_t{channel.sort_order});
  check(rows.next(), "an insertion returns its row");
  return ChannelId(rows.integer(0));
}

void update_channel(Connection& connection, const Channel& channel) {
  connection.run(write_channel, channel.id, channel.name, channel.description,
                 std::int64_t{channel.sort_order});
}

void remove_channel(Connection& connection, const Channel& channel, Purge purge, Timestamp now) {
  connection.run(delete_channel, channel.id);
  connection.run(insert_deleted, channel.id, channel.name, purge == Purge::yes, now);
  if (purge == Purge::yes) connection.run(insert_purge, channel.id);
}

std::vector<CacheId> newest_of(Connection& connection, ChannelId channel, std::size_t limit) {
  std::vector<CacheId> ids;
  Rows rows = connection.run(select_newest, channel, static_cast<std::int64_t>(limit));
  while (rows.next()) ids.emplace_back(rows.integer(0));
  std::ranges::reverse(ids);
  return ids;
}

std::size_t remove_purged(Connection& connection, std::size_t limit, Timestamp now) {
  check(limit > 0, "a portion is more than nothing");
  for (;;) {
    Rows purge = connection.run(select_purge);
    if (!purge.next()) return 0;
    const ChannelId channel(purge.integer(0));
    const bool from_the_top = purge.is_null(1);
    const std::int64_t below = from_the_top ? std::numeric_limits<std::int64_t>::max() : purge.integer(1);
    Rows removed = connection.run(remove_newest, channel, static_cast<std::int64_t>(limit), now, below);
    check(removed.next(), "a count is one row");
    if (const auto count = static_cast<std::size_t>(removed.integer(0)); count > 0) {
      if (from_the_top) connection.run(look_at_tombstones);
      return count;
    }
    if (from_the_top) connection.run(delete_purge, channel);  // else once more, over all
  }
}

}  // namespace chatserver::store::postgres
