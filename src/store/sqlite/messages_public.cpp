#include "store/paging.hpp"
#include "store/rows.hpp"
#include "store/sqlite/messages.hpp"

namespace chatserver::store::sqlite {
namespace {

// A message shows its channel's present name; one of a deleted channel, its last, until
// another channel has that name: nobody is to see old messages in a new channel.
constexpr Sql select_between = R"sql(
  SELECT m.cache_id, m.owner_id, m.username, m.channel_id, coalesce(c.name, d.name, m.channel), m.message,
         m.authored_at, m.nonce
  FROM chat_messages AS m
  LEFT JOIN channels AS c ON c.id = m.channel_id
  LEFT JOIN deleted_channels AS d ON d.channel_id = m.channel_id
  WHERE m.cache_id > ?1 AND m.cache_id <= ?2 AND m.channel_id NOT IN (SELECT channel_id FROM purges)
    AND (c.id IS NOT NULL
         OR NOT EXISTS (SELECT 1 FROM channels AS other WHERE other.name = coalesce(d.name, m.channel)))
  ORDER BY m.cache_id DESC LIMIT ?3)sql";

constexpr Sql select_of_channel = R"sql(
  SELECT m.cache_id, m.owner_id, m.username, m.channel_id, coalesce(c.name, d.name, m.channel), m.message,
         m.authored_at, m.nonce
  FROM chat_messages AS m
  LEFT JOIN channels AS c ON c.id = m.channel_id
  LEFT JOIN deleted_channels AS d ON d.channel_id = m.channel_id
  WHERE m.channel_id = ?1 AND m.cache_id <= ?2 AND m.channel_id NOT IN (SELECT channel_id FROM purges)
  ORDER BY m.cache_id DESC LIMIT ?3)sql";

}  // namespace

Messages messages_between(Connection& connection, CacheId after, CacheId up_to, std::size_t limit) {
  Query query(connection, select_between, after, up_to, one_more_than(limit));
  return oldest_first<Messages>(read_newest(query, limit, message_of));
}

MessagePage history(Connection& connection, ChannelId channel, std::optional<CacheId> before,
                    std::size_t limit) {
  Query query(connection, select_of_channel, channel, last_before(before), one_more_than(limit));
  return page_of<MessagePage>(read_newest(query, limit, message_of));
}

}  // namespace chatserver::store::sqlite
