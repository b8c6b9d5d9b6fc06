#include "store/paging.hpp"
#include "store/postgres/messages.hpp"
#include "store/rows.hpp"

namespace chatserver::store::postgres {
namespace {

// Sent and received are each one range of an index, newest first and cut at the
// limit, then merged. A message to oneself counts as sent.
constexpr Sql select_of_user = R"sql(
  (SELECT cache_id, owner_id, username, recipient_id, recipient, message, authored_at, nonce
   FROM private_messages WHERE owner_id = $1 AND cache_id > $2 AND cache_id <= $3
   ORDER BY cache_id DESC LIMIT $4)
  UNION ALL
  (SELECT cache_id, owner_id, username, recipient_id, recipient, message, authored_at, nonce
   FROM private_messages WHERE recipient_id = $1 AND owner_id <> $1 AND cache_id > $2 AND cache_id <= $3
   ORDER BY cache_id DESC LIMIT $4)
  ORDER BY cache_id DESC LIMIT $4)sql";

constexpr Sql select_of_pair = R"sql(
  (SELECT cache_id, owner_id, username, recipient_id, recipient, message, authored_at, nonce
   FROM private_messages WHERE owner_id = $1 AND recipient_id = $2 AND cache_id <= $3
   ORDER BY cache_id DESC LIMIT $4)
  UNION ALL
  (SELECT cache_id, owner_id, username, recipient_id, recipient, message, authored_at, nonce
   FROM private_messages WHERE owner_id = $2 AND recipient_id = $1 AND $1 <> $2 AND cache_id <= $3
   ORDER BY cache_id DESC LIMIT $4)
  ORDER BY cache_id DESC LIMIT $4)sql";

// A look into the index for each user, however many messages there are.
constexpr Sql select_newest_of_all = R"sql(
  WITH RECURSIVE
  authors AS (
    SELECT min(owner_id) AS party FROM private_messages
    UNION ALL
    SELECT (SELECT min(owner_id) FROM private_messages WHERE owner_id > a.party) FROM authors AS a
    WHERE a.party IS NOT NULL),
  recipients AS (
    SELECT min(recipient_id) AS party FROM private_messages
    UNION ALL
    SELECT (SELECT min(recipient_id) FROM private_messages WHERE recipient_id > r.party) FROM recipients AS r
    WHERE r.party IS NOT NULL),
  newest AS (
    SELECT party, (
      SELECT max(cache_id) FROM private_messages
      WHERE owner_id = party AND cache_id <= $1) AS cache_id
    FROM authors
    UNION ALL
    SELECT party, (
      SELECT max(cache_id) FROM private_messages
      WHERE recipient_id = party AND cache_id <= $1)
    FROM recipients)
  SELECT party, cache_id FROM newest WHERE cache_id IS NOT NULL)sql";

}  // namespace

PrivateMessages private_messages_between(Connection& connection, const UserId& user, CacheId after,
                                         CacheId up_to, std::size_t limit) {
  Rows rows = connection.run(select_of_user, user, after, up_to, one_more_than(limit));
  return oldest_first<PrivateMessages>(read_newest(rows, limit, private_message_of));
}

std::vector<NewestPrivateMessage> newest_private_messages(Connection& connection, CacheId up_to) {
  std::vector<NewestPrivateMessage> all;
  Rows rows = connection.run(select_newest_of_all, up_to);
  while (rows.next()) all.push_back({.user = UserId(rows.text(0)), .id = CacheId(rows.integer(1))});
  return all;
}

PrivateMessagePage private_history(Connection& connection, const UserId& user,
                                   const std::optional<UserId>& with, CacheId up_to, std::size_t limit) {
  Rows rows = with ? connection.run(select_of_pair, user, *with, up_to, one_more_than(limit))
                   : connection.run(select_of_user, user, CacheId(0), up_to, one_more_than(limit));
  return page_of<PrivateMessagePage>(read_newest(rows, limit, private_message_of));
}

}  // namespace chatserver::store::postgres
