#include "store/postgres/search.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "search/analyzer.hpp"
#include "store/postgres/search_query.hpp"
#include "store/postgres/snapshot.hpp"
#include "store/rows.hpp"

namespace chatserver::store::postgres {
namespace {

constexpr Sql select_progress = "SELECT indexed_up_to FROM search_progress WHERE analysis = $1";

constexpr Sql select_channels = R"sql(
  SELECT id FROM channels WHERE name = ANY ($1::text[])
  UNION
  SELECT channel_id FROM deleted_channels WHERE name = ANY ($1::text[]) AND NOT purged)sql";

constexpr Sql select_ids = R"sql(
  SELECT cache_id FROM chat_messages
  WHERE cache_id > $1 AND cache_id <= $2 AND channel_id NOT IN (SELECT channel_id FROM purges)
  ORDER BY cache_id DESC LIMIT $3)sql";

// Materialised, or the server might walk down the ids and look at every message.
constexpr Sql select_indexed = R"sql(
  WITH hits AS MATERIALIZED (
    SELECT cache_id FROM chat_messages
    WHERE search_vector @@ $1::text::tsquery AND channel_id NOT IN (SELECT channel_id FROM purges))
  SELECT cache_id FROM hits WHERE cache_id > $2 AND cache_id <= $3 ORDER BY cache_id DESC LIMIT $4)sql";

constexpr Sql select_messages = R"sql(
  SELECT m.cache_id, m.owner_id, m.username, m.channel_id, coalesce(c.name, d.name, m.channel), m.message,
         m.authored_at, m.nonce
  FROM chat_messages AS m LEFT JOIN channels AS c ON c.id = m.channel_id
                          LEFT JOIN deleted_channels AS d ON d.channel_id = m.channel_id
  WHERE m.cache_id > $1 AND m.cache_id <= $2 AND m.channel_id NOT IN (SELECT channel_id FROM purges)
  ORDER BY m.cache_id DESC LIMIT $3)sql";

constexpr Sql select_by_ids = R"sql(
  SELECT m.cache_id, m.owner_id, m.username, m.channel_id, coalesce(c.name, d.name, m.channel), m.message,
         m.authored_at, m.nonce
  FROM chat_messages AS m LEFT JOIN channels AS c ON c.id = m.channel_id
                          LEFT JOIN deleted_channels AS d ON d.channel_id = m.channel_id
  WHERE m.cache_id = ANY ($1::bigint[])
  ORDER BY m.cache_id DESC)sql";

std::int64_t bound(std::size_t limit) {
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(limit, most));
}

std::vector<CacheId> ids_of(Rows rows) {
  std::vector<CacheId> ids;
  while (rows.next()) ids.emplace_back(rows.integer(0));
  return ids;
}

std::vector<Message> messages_of(Rows rows) {
  std::vector<Message> messages;
  while (rows.next()) messages.push_back(message_of(rows));
  return messages;
}

class View final : public SearchView {
 public:
  explicit View(Connection& connection) : connection_(connection), snapshot_(connection) {}

  CacheId indexed_up_to() override {
    Rows rows = connection_.run(select_progress, std::string_view(search::analysis_version()));
    if (rows.next()) indexed_up_to_ = CacheId(rows.integer(0));
    return indexed_up_to_;
  }
  std::vector<ChannelId> channels_called(const std::vector<std::string>& names) override {
    std::vector<ChannelId> channels;
    Rows rows = connection_.run(select_channels, std::vector<std::string_view>(names.begin(), names.end()));
    while (rows.next()) channels.emplace_back(rows.integer(0));
    return channels;
  }
  std::vector<CacheId> ids(IdRange range, std::size_t limit) override {
    return ids_of(connection_.run(select_ids, range.after, range.up_to, bound(limit)));
  }
  std::vector<Message> messages(IdRange range, std::size_t limit) override {
    return messages_of(connection_.run(select_messages, range.after, range.up_to, bound(limit)));
  }
  std::vector<CacheId> indexed(const IndexQuery& query, IdRange range, std::size_t limit) override {
    const bool all = range.after == CacheId(0) && range.up_to >= indexed_up_to_;
    const std::string tsquery = all ? tsquery_of(query) : tsquery_of(query, range);
    return ids_of(
        connection_.run(select_indexed, std::string_view(tsquery), range.after, range.up_to, bound(limit)));
  }
  std::vector<Message> read(const std::vector<CacheId>& ids) override {
    std::vector<std::int64_t> numbers;
    for (const CacheId id : ids) numbers.push_back(id.value());
    return numbers.empty() ? std::vector<Message>() : messages_of(connection_.run(select_by_ids, numbers));
  }

 private:
  Connection& connection_;
  Snapshot snapshot_;
  CacheId indexed_up_to_;
};

}  // namespace

MessagePage search_messages(Connection& connection, const MessageQuery& query,
                            std::span<const Message> unstored, CacheId newest, SearchDeadline deadline) {
  View view(connection);
  return search(view, query, unstored, newest, deadline);
}

}  // namespace chatserver::store::postgres
