#include "store/sqlite/search.hpp"

#include <limits>
#include <string>

#include "search/analyzer.hpp"
#include "store/rows.hpp"

namespace chatserver::store::sqlite {
namespace {

constexpr Sql select_progress = "SELECT indexed_up_to FROM search_progress WHERE analysis = ?1";

constexpr Sql select_channels = R"sql(
  SELECT id FROM channels WHERE name = ?1
  UNION
  SELECT channel_id FROM deleted_channels WHERE name = ?1 AND NOT purged)sql";

constexpr Sql select_ids = R"sql(
  SELECT cache_id FROM chat_messages
  WHERE cache_id > ?1 AND cache_id <= ?2 AND channel_id NOT IN (SELECT channel_id FROM purges)
  ORDER BY cache_id DESC LIMIT ?3)sql";

// The join begins with the purges: while there are none, no hit is looked up.
constexpr Sql select_indexed = R"sql(
  SELECT rowid FROM message_index
  WHERE message_index MATCH ?1 AND rowid > ?2 AND rowid <= ?3
    AND NOT EXISTS (SELECT 1 FROM search_removals AS r WHERE r.cache_id = message_index.rowid)
    AND NOT EXISTS (SELECT 1 FROM purges AS p CROSS JOIN chat_messages AS m
                    WHERE m.cache_id = message_index.rowid AND m.channel_id = p.channel_id)
  ORDER BY rowid DESC LIMIT ?4)sql";

constexpr Sql select_messages = R"sql(
  SELECT m.cache_id, m.owner_id, m.username, m.channel_id, coalesce(c.name, d.name, m.channel), m.message,
         m.authored_at, m.nonce
  FROM chat_messages AS m LEFT JOIN channels AS c ON c.id = m.channel_id
                          LEFT JOIN deleted_channels AS d ON d.channel_id = m.channel_id
  WHERE m.cache_id > ?1 AND m.cache_id <= ?2 AND m.channel_id NOT IN (SELECT channel_id FROM purges)
  ORDER BY m.cache_id DESC LIMIT ?3)sql";

std::int64_t bound(std::size_t limit) {
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(limit, most));
}

// Terms have no quotation marks.
std::string quoted(const std::string& term) {
  return '"' + term + '"';
}

// In FTS5's language, where quoted strings in a row must all be there.
std::string match_of(const IndexQuery& query) {
  std::string match;
  const auto add = [&match](const std::string& part, const char* between) {
    if (!match.empty()) match += between;
    match += part;
  };
  for (const std::string& term : query.all) add(quoted(term), " AND ");
  std::string any;
  for (const std::string& term : query.any) any += (any.empty() ? "" : " OR ") + quoted(term);
  if (!any.empty()) add('(' + any + ')', " AND ");
  return match;
}

std::vector<CacheId> ids_of(Query& query) {
  std::vector<CacheId> ids;
  while (query.next()) ids.emplace_back(query.integer(0));
  return ids;
}

class View final : public SearchView {
 public:
  explicit View(Connection& connection) : connection_(connection), snapshot_(connection) {}

  CacheId indexed_up_to() override {
    Query query(connection_, select_progress, search::analysis_version());
    return query.next() ? CacheId(query.integer(0)) : CacheId(0);
  }
  std::vector<ChannelId> channels_called(const std::vector<std::string>& names) override {
    std::vector<ChannelId> channels;
    for (const std::string& name : names) {
      Query query(connection_, select_channels, name);
      while (query.next()) channels.emplace_back(query.integer(0));
    }
    return channels;
  }
  std::vector<CacheId> ids(IdRange range, std::size_t limit) override {
    Query query(connection_, select_ids, range.after, range.up_to, bound(limit));
    return ids_of(query);
  }
  std::vector<Message> messages(IdRange range, std::size_t limit) override {
    std::vector<Message> messages;
    Query query(connection_, select_messages, range.after, range.up_to, bound(limit));
    while (query.next()) messages.push_back(message_of(query));
    return messages;
  }
  std::vector<CacheId> indexed(const IndexQuery& asked, IdRange range, std::size_t limit) override {
    Query query(connection_, select_indexed, match_of(asked), range.after, range.up_to, bound(limit));
    return ids_of(query);
  }
  std::vector<Message> read(const std::vector<CacheId>& ids) override {
    std::vector<Message> all;
    for (const CacheId id : ids) {
      for (Message& message : messages({.after = CacheId(id.value() - 1), .up_to = id}, 1))
        all.push_back(std::move(message));
    }
    return all;
  }

 private:
  Connection& connection_;
  Snapshot snapshot_;
};

}  // namespace

MessagePage search_messages(Connection& connection, const MessageQuery& query,
                            std::span<const Message> unstored, SearchDeadline deadline) {
  View view(connection);
  return search(view, query, unstored, CacheId(std::numeric_limits<std::int64_t>::max()), deadline);
}

}  // namespace chatserver::store::sqlite
