#include "store/sqlite/user_records.hpp"

#include <utility>

#include "store/paging.hpp"
#include "store/rows.hpp"

namespace chatserver::store::sqlite {
namespace {

constexpr Sql select_named = R"sql(
  SELECT sub, username FROM users WHERE username = ?1 ORDER BY last_seen DESC, sub LIMIT ?2)sql";
// The last code point there is ends a range of names.
constexpr Sql select_beginning = R"sql(
  SELECT sub, username FROM users WHERE username >= ?1 AND username < ?1 || char(1114111)
  ORDER BY username, last_seen DESC, sub LIMIT ?2)sql";

constexpr Sql select_bans = R"sql(
  SELECT b.id, b.owner_id, b.banished_id, b.reason, b.start_time, b.end_time, b.pardoned, u.username,
         b.pardoned_by, b.pardoned_at
  FROM bans AS b LEFT JOIN users AS u ON u.issuer = '' AND u.sub = b.banished_id
  ORDER BY b.id DESC LIMIT ?1 OFFSET ?2)sql";

}  // namespace

std::vector<User> find_users(Connection& connection, std::string_view name, NameMatch match,
                             std::size_t limit) {
  std::vector<User> found;
  const Sql sql = match == NameMatch::exact ? select_named : select_beginning;
  Query query(connection, sql, name, row_count(limit));
  while (query.next()) found.push_back({.id = UserId(query.text(0)), .username = query.text(1)});
  return found;
}

BanPage ban_records(Connection& connection, std::size_t limit, std::size_t offset) {
  Query query(connection, select_bans, one_more_than(limit), row_count(offset));
  auto newest = read_newest(query, limit, ban_record_of);
  return {.records = std::move(newest.values), .has_more = newest.more};
}

}  // namespace chatserver::store::sqlite
