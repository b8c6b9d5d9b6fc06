#include "store/sqlite/outbox.hpp"

#include "store/change_text.hpp"

namespace chatserver::store::sqlite {
namespace {

constexpr Sql insert_row = "INSERT INTO outbox (change, committed_at) VALUES (?1, ?2)";
constexpr Sql select_rows = "SELECT id, change FROM outbox ORDER BY id LIMIT ?1";
constexpr Sql delete_rows = "DELETE FROM outbox WHERE id <= ?1";

}  // namespace

ChangeId add_to_outbox(Connection& connection, std::string_view change, Timestamp now) {
  Query(connection, insert_row, change, now).run();
  return ChangeId(connection.last_row_id());
}

std::vector<CommittedChange> unapplied_changes(Connection& connection, std::size_t limit) {
  std::vector<CommittedChange> all;
  Query query(connection, select_rows, static_cast<std::int64_t>(limit));
  while (query.next()) all.push_back(committed_change(query.integer(0), query.text(1)));
  return all;
}

void changes_applied(Connection& connection, ChangeId up_to) {
  Query(connection, delete_rows, up_to).run();
}

}  // namespace chatserver::store::sqlite
