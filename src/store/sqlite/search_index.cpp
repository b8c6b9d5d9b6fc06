#include <string>
#include <vector>

#include "base/check.hpp"
#include "search/analyzer.hpp"
#include "store/rows.hpp"
#include "store/search_terms.hpp"
#include "store/sqlite/search.hpp"

namespace chatserver::store::sqlite {
namespace {

constexpr Sql select_waiting = R"sql(
  SELECT analysis <> ?1
    OR EXISTS (SELECT 1 FROM search_removals)
    OR EXISTS (SELECT 1 FROM chat_messages WHERE cache_id > indexed_up_to)
  FROM search_progress)sql";

constexpr Sql select_progress = "SELECT analysis, indexed_up_to FROM search_progress";
constexpr Sql update_progress = "UPDATE search_progress SET analysis = ?1, indexed_up_to = ?2";

constexpr Sql select_removals =
    "SELECT cache_id, owner_id, channel_id, message FROM search_removals ORDER BY cache_id LIMIT ?1";
constexpr Sql delete_removals = "DELETE FROM search_removals WHERE cache_id <= ?1";

constexpr Sql select_unindexed = R"sql(
  SELECT cache_id, owner_id, username, channel_id, channel, message, authored_at, nonce FROM chat_messages
  WHERE cache_id > ?1 ORDER BY cache_id LIMIT ?2)sql";

constexpr Sql insert_terms = "INSERT INTO message_index (rowid, terms) VALUES (?1, ?2)";
constexpr Sql delete_terms =
    "INSERT INTO message_index (message_index, rowid, terms) VALUES ('delete', ?1, ?2)";
constexpr Sql delete_all_terms = "INSERT INTO message_index (message_index) VALUES ('delete-all')";

// Up to where the index goes on; it begins anew when it was made by other rules.
CacheId take_up(Connection& connection, const std::string& analysis) {
  {
    Query query(connection, select_progress);
    check(query.next(), "an index has a progress from the first");
    if (query.text(0) == analysis) return CacheId(query.integer(1));
  }
  Query(connection, delete_all_terms).run();
  Query(connection, "DELETE FROM search_removals").run();
  return CacheId(0);
}

std::size_t take_out(Connection& connection, search::Analyzer& analyzer, std::size_t limit) {
  std::vector<Message> removed;
  {
    Query query(connection, select_removals, static_cast<std::int64_t>(limit));
    while (query.next()) {
      removed.push_back({.cache_id = CacheId(query.integer(0)),
                         .author = {.id = UserId(query.text(1)), .username = {}},
                         .channel_id = ChannelId(query.integer(2)),
                         .channel = {},
                         .text = query.text(3),
                         .authored_at = {},
                         .nonce = {}});
    }
  }
  for (const Message& message : removed) {
    Query(connection, delete_terms, message.cache_id, index_terms(analyzer, message)).run();
  }
  if (!removed.empty()) Query(connection, delete_removals, removed.back().cache_id).run();
  return removed.size();
}

std::vector<Message> unindexed(Connection& connection, CacheId after, std::size_t limit) {
  std::vector<Message> messages;
  Query query(connection, select_unindexed, after, static_cast<std::int64_t>(limit));
  while (query.next()) messages.push_back(message_of(query));
  return messages;
}

void put_in(Connection& connection, search::Analyzer& analyzer, const Message& message) {
  Query(connection, insert_terms, message.cache_id, index_terms(analyzer, message)).run();
}

}  // namespace

bool index_is_behind(Connection& connection) {
  Query query(connection, select_waiting, search::analysis_version());
  return query.next() && query.integer(0) != 0;
}

IndexProgress index_messages(Connection& connection, std::size_t limit) {
  const std::string analysis = search::analysis_version();
  search::Analyzer analyzer;
  CacheId last = take_up(connection, analysis);
  const std::size_t taken_out = take_out(connection, analyzer, limit);
  const std::vector<Message> messages = unindexed(connection, last, limit - taken_out);
  for (const Message& message : messages) put_in(connection, analyzer, message);
  if (!messages.empty()) last = messages.back().cache_id;
  Query(connection, update_progress, analysis, last).run();
  const std::size_t changed = taken_out + messages.size();
  return {.changed = changed, .more = changed == limit};
}

CacheId indexed_up_to(Connection& connection) {
  Query query(connection, "SELECT indexed_up_to FROM search_progress");
  check(query.next(), "an index has a progress from the first");
  return CacheId(query.integer(0));
}

void index_message(Connection& connection, const Message& message) {
  search::Analyzer analyzer;
  put_in(connection, analyzer, message);
}

}  // namespace chatserver::store::sqlite
