#include <algorithm>

#include "store/paging.hpp"
#include "store/postgres/messages.hpp"
#include "store/rows.hpp"

namespace chatserver::store::postgres {
namespace {

constexpr Sql select_nonce = R"sql(
  SELECT stream, cache_id FROM nonces
  WHERE owner_id = $1 AND nonce = $2 AND used_at >= $3
    AND cache_id <= CASE stream WHEN 1 THEN $4::bigint ELSE $5::bigint END)sql";

constexpr Sql select_message = R"sql(
  SELECT m.cache_id, m.owner_id, m.username, m.channel_id, coalesce(c.name, d.name, m.channel), m.message,
         m.authored_at, m.nonce
  FROM chat_messages AS m
  LEFT JOIN channels AS c ON c.id = m.channel_id
  LEFT JOIN deleted_channels AS d ON d.channel_id = m.channel_id
  WHERE m.cache_id = $1 AND m.channel_id NOT IN (SELECT channel_id FROM purges))sql";

constexpr Sql select_private_message = R"sql(
  SELECT cache_id, owner_id, username, recipient_id, recipient, message, authored_at, nonce
  FROM private_messages WHERE cache_id = $1)sql";

// In the order in which they were asked for.
constexpr Sql delete_asked = R"sql(
  WITH asked AS (
    SELECT id, min(position) AS position FROM unnest($1::bigint[]) WITH ORDINALITY AS a (id, position) GROUP BY id),
  deleted AS (
    DELETE FROM chat_messages AS m USING asked WHERE m.cache_id = asked.id
    RETURNING m.cache_id, m.channel_id, asked.position),
  kept AS (
    INSERT INTO tombstones (cache_id, channel_id, deleted_at) SELECT cache_id, channel_id, $2 FROM deleted
    ON CONFLICT DO NOTHING)
  SELECT cache_id, channel_id FROM deleted ORDER BY position)sql";

constexpr Sql bury_unwritten = R"sql(
  INSERT INTO tombstones (cache_id, channel_id, deleted_at)
  SELECT id, channel_id, $3 FROM unnest($1::bigint[], $2::bigint[]) AS u (id, channel_id)
  ON CONFLICT DO NOTHING
  RETURNING cache_id, channel_id)sql";

// What a purge hides is as good as gone.
constexpr Sql select_tombstones = R"sql(
  SELECT * FROM (
    SELECT * FROM (
      SELECT cache_id, channel_id FROM tombstones WHERE cache_id <= $1 ORDER BY cache_id DESC LIMIT $2) AS told
    UNION ALL
    SELECT * FROM (
      SELECT newest.* FROM purges AS p CROSS JOIN LATERAL (
        SELECT cache_id, channel_id FROM chat_messages WHERE channel_id = p.channel_id AND cache_id <= $1
        ORDER BY cache_id DESC LIMIT $2) AS newest) AS hidden) AS gone
  ORDER BY cache_id DESC LIMIT $2)sql";

NonceUse nonce_use(Connection& connection, const Rows& use) {
  const bool is_public = static_cast<Stream>(use.integer(0)) == Stream::messages;
  const CacheId cache_id(use.integer(1));

  NonceUse found;
  Rows original = connection.run(is_public ? select_message : select_private_message, cache_id);
  if (!original.next()) return found;
  if (is_public) {
    found.original = message_of(original);
  } else {
    found.original = private_message_of(original);
  }
  return found;
}

Tombstone tombstone_of(const Rows& row) {
  return {.cache_id = CacheId(row.integer(0)), .channel_id = ChannelId(row.integer(1))};
}

}  // namespace

// One round trip, and one for each that was used.
std::vector<std::optional<NonceUse>> find_nonces(Connection& connection, std::span<const UserNonce> nonces,
                                                 Timestamp not_before, const IdMarks& up_to) {
  if (nonces.empty()) return {};
  std::vector<Statement> questions;
  questions.reserve(nonces.size());
  for (const auto& [user, nonce] : nonces) {
    questions.emplace_back(select_nonce, user, nonce, not_before, up_to.messages, up_to.private_messages);
  }
  std::vector<std::optional<NonceUse>> uses;
  uses.reserve(nonces.size());
  for (Rows& use : connection.exchange(questions)) {
    uses.push_back(use.next() ? std::optional(nonce_use(connection, use)) : std::nullopt);
  }
  return uses;
}

std::size_t forget_nonces(Connection& connection, Timestamp before) {
  return static_cast<std::size_t>(connection.run("DELETE FROM nonces WHERE used_at < $1", before).changed());
}

std::vector<Tombstone> delete_messages(Connection& connection, std::span<const CacheId> ids,
                                       std::span<const Tombstone> unwritten, Timestamp now) {
  std::vector<std::int64_t> asked;
  for (const CacheId id : ids) asked.push_back(id.value());
  std::vector<Tombstone> deleted;
  Rows rows = connection.run(delete_asked, asked, now);
  while (rows.next()) deleted.push_back(tombstone_of(rows));
  if (unwritten.empty()) return deleted;

  std::vector<std::int64_t> unwritten_ids;
  std::vector<std::int64_t> channels;
  for (const Tombstone& one : unwritten) {
    unwritten_ids.push_back(one.cache_id.value());
    channels.push_back(one.channel_id.value());
  }
  Rows buried = connection.run(bury_unwritten, unwritten_ids, channels, now);
  while (buried.next()) deleted.push_back(tombstone_of(buried));
  return deleted;
}

std::vector<Tombstone> tombstones(Connection& connection, CacheId up_to, std::size_t limit) {
  std::vector<Tombstone> newest;
  Rows rows = connection.run(select_tombstones, up_to, static_cast<std::int64_t>(limit));
  while (rows.next()) newest.push_back(tombstone_of(rows));
  std::ranges::reverse(newest);
  return newest;
}

}  // namespace chatserver::store::postgres
