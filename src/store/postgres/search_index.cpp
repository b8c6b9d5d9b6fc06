#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "search/analyzer.hpp"
#include "store/postgres/search.hpp"
#include "store/postgres/search_query.hpp"
#include "store/rows.hpp"
#include "store/search_terms.hpp"

namespace chatserver::store::postgres {
namespace {

constexpr Sql select_waiting = R"sql(
  SELECT analysis <> $1 OR EXISTS (SELECT FROM chat_messages WHERE cache_id > indexed_up_to AND cache_id <= $2)
  FROM search_progress)sql";

constexpr Sql select_progress = "SELECT analysis, indexed_up_to FROM search_progress";
constexpr Sql update_progress = "UPDATE search_progress SET analysis = $1, indexed_up_to = $2";

constexpr Sql select_unindexed = R"sql(
  SELECT cache_id, owner_id, username, channel_id, channel, message, authored_at, nonce FROM chat_messages
  WHERE cache_id > $1 AND cache_id <= $2 ORDER BY cache_id LIMIT $3)sql";

constexpr Sql select_late = R"sql(
  SELECT cache_id, owner_id, username, channel_id, channel, message, authored_at, nonce FROM chat_messages
  WHERE cache_id = ANY ($1::bigint[]) AND cache_id <= (SELECT indexed_up_to FROM search_progress)
    AND search_vector IS NULL)sql";

// Terms have no spaces; a tsvector drops what is there twice.
constexpr Sql update_vectors = R"sql(
  UPDATE chat_messages AS m SET search_vector = array_to_tsvector(string_to_array(t.terms, ' '))
  FROM unnest($1::bigint[], $2::text[]) AS t (cache_id, terms) WHERE m.cache_id = t.cache_id)sql";

// Postings go into the index sorted, a batch at once, which is three times as fast as message
// by message; and at once, since every search reads the list of those that wait.
// Its owner alone may ask for that; for others the server does it now and then.
constexpr Sql merge_postings = R"sql(
  SELECT gin_clean_pending_list(oid) FROM pg_class
  WHERE oid = 'chatserver.chat_messages_by_term'::regclass AND pg_has_role(relowner, 'USAGE'))sql";

std::vector<Message> messages_of(Rows rows) {
  std::vector<Message> messages;
  while (rows.next()) messages.push_back(message_of(rows));
  return messages;
}

// Up to where the index goes on; from the beginning when it was made by other rules.
CacheId take_up(Connection& connection, const std::string& analysis) {
  Rows rows = connection.run(select_progress);
  check(rows.next(), "an index has a progress from the first");
  return rows.text(0) == analysis ? CacheId(rows.integer(1)) : CacheId(0);
}

void write_vectors(Connection& connection, const std::vector<Message>& messages) {
  search::Analyzer analyzer;
  std::vector<std::int64_t> ids;
  std::vector<std::string> terms;
  for (const Message& message : messages) {
    ids.push_back(message.cache_id.value());
    terms.push_back(block_terms(message.cache_id) + index_terms(analyzer, message));
    terms.back().pop_back();  // an empty lexeme would follow the last space
  }
  connection.run(update_vectors, ids, std::vector<std::string_view>(terms.begin(), terms.end()));
}

}  // namespace

bool index_is_behind(Connection& connection, CacheId newest) {
  Rows rows = connection.run(select_waiting, std::string_view(search::analysis_version()), newest);
  return rows.next() && rows.boolean(0);
}

IndexProgress index_messages(Connection& connection, CacheId newest, std::size_t limit) {
  // What a crash takes back is indexed again: nothing has to wait for the disk.
  connection.script("SET LOCAL synchronous_commit = off");
  const std::string analysis = search::analysis_version();
  CacheId last = take_up(connection, analysis);
  const auto messages =
      messages_of(connection.run(select_unindexed, last, newest, static_cast<std::int64_t>(limit)));
  if (!messages.empty()) {
    write_vectors(connection, messages);
    connection.run(merge_postings);
    last = messages.back().cache_id;
  }
  connection.run(update_progress, std::string_view(analysis), last);
  return {.changed = messages.size(), .more = messages.size() == limit};
}

Statement select_late_messages(const std::vector<std::int64_t>& ids) {
  return Statement(select_late, ids);
}

void index_late_messages(Connection& connection, Rows rows) {
  const auto messages = messages_of(std::move(rows));
  if (!messages.empty()) write_vectors(connection, messages);
}

}  // namespace chatserver::store::postgres
