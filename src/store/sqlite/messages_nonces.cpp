#include <algorithm>

#include "store/paging.hpp"
#include "store/rows.hpp"
#include "store/sqlite/messages.hpp"

namespace chatserver::store::sqlite {
namespace {

constexpr Sql select_nonce =
    "SELECT stream, cache_id FROM nonces WHERE owner_id = ?1 AND nonce = ?2 AND used_at >= ?3";

constexpr Sql select_message = R"sql(
  SELECT m.cache_id, m.owner_id, m.username, m.channel_id, coalesce(c.name, d.name, m.channel), m.message,
         m.authored_at, m.nonce
  FROM chat_messages AS m
  LEFT JOIN channels AS c ON c.id = m.channel_id
  LEFT JOIN deleted_channels AS d ON d.channel_id = m.channel_id
  WHERE m.cache_id = ?1 AND m.channel_id NOT IN (SELECT channel_id FROM purges))sql";

constexpr Sql select_private_message = R"sql(
  SELECT cache_id, owner_id, username, recipient_id, recipient, message, authored_at, nonce
  FROM private_messages WHERE cache_id = ?1)sql";

constexpr Sql delete_message = "DELETE FROM chat_messages WHERE cache_id = ?1 RETURNING channel_id";
constexpr Sql insert_tombstone =
    "INSERT INTO tombstones (cache_id, channel_id, deleted_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
// What a purge hides is as good as gone.
constexpr Sql select_tombstones = R"sql(
  SELECT * FROM (
    SELECT * FROM (
      SELECT cache_id, channel_id FROM tombstones WHERE cache_id <= ?1 ORDER BY cache_id DESC LIMIT ?2) AS told
    UNION ALL
    SELECT * FROM (
      SELECT m.cache_id, m.channel_id FROM purges AS p CROSS JOIN chat_messages AS m
      WHERE m.cache_id IN (SELECT cache_id FROM chat_messages WHERE channel_id = p.channel_id AND cache_id <= ?1
                           ORDER BY cache_id DESC LIMIT ?2)) AS hidden) AS gone
  ORDER BY cache_id DESC LIMIT ?2)sql";

}  // namespace

std::optional<NonceUse> find_nonce(Connection& connection, const UserId& user, std::string_view nonce,
                                   Timestamp not_before) {
  Query use(connection, select_nonce, user, nonce, not_before);
  if (!use.next()) return std::nullopt;
  const CacheId cache_id(use.integer(1));

  NonceUse found;
  if (static_cast<Stream>(use.integer(0)) == Stream::messages) {
    Query original(connection, select_message, cache_id);
    if (original.next()) found.original = message_of(original);
  } else {
    Query original(connection, select_private_message, cache_id);
    if (original.next()) found.original = private_message_of(original);
  }
  return found;
}

std::size_t forget_nonces(Connection& connection, Timestamp before) {
  Query(connection, "DELETE FROM nonces WHERE used_at < ?1", before).run();
  return static_cast<std::size_t>(connection.changes());
}

std::vector<Tombstone> delete_messages(Connection& connection, std::span<const CacheId> ids,
                                       std::span<const Tombstone> unwritten, Timestamp now) {
  std::vector<Tombstone> deleted;
  for (const CacheId id : ids) {
    {
      Query query(connection, delete_message, id);
      if (!query.next()) continue;
      deleted.push_back({.cache_id = id, .channel_id = ChannelId(query.integer(0))});
    }
    Query(connection, insert_tombstone, id, deleted.back().channel_id, now).run();
  }
  for (const Tombstone& one : unwritten) {
    Query(connection, insert_tombstone, one.cache_id, one.channel_id, now).run();
    if (connection.changes() > 0) deleted.push_back(one);
  }
  return deleted;
}

std::vector<Tombstone> tombstones(Connection& connection, CacheId up_to, std::size_t limit) {
  std::vector<Tombstone> newest;
  Query query(connection, select_tombstones, up_to, static_cast<std::int64_t>(limit));
  while (query.next()) {
    newest.push_back({.cache_id = CacheId(query.integer(0)), .channel_id = ChannelId(query.integer(1))});
  }
  std::ranges::reverse(newest);
  return newest;
}

}  // namespace chatserver::store::sqlite
