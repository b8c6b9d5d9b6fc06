#include "store/sqlite/accounts.hpp"

namespace chatserver::store::sqlite {
namespace {

constexpr Sql insert_account = R"sql(
  INSERT INTO accounts (id, username, password_hash, admin, disabled, created_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING)sql";

constexpr Sql select_account =
    "SELECT id, username, password_hash, admin, disabled, created_at FROM accounts WHERE username = ?1";
constexpr Sql select_accounts =
    "SELECT id, username, password_hash, admin, disabled, created_at FROM accounts ORDER BY username";

Account account_of(const Query& row) {
  return {.id = UserId(row.text(0)),
          .username = row.text(1),
          .password_hash = row.text(2),
          .admin = row.integer(3) != 0,
          .disabled = row.integer(4) != 0,
          .created_at = row.time(5)};
}

template <class Value>
bool update(Connection& connection, Sql sql, const UserId& id, const Value& value) {
  Query(connection, sql, id, value).run();
  return connection.changes() > 0;
}

}  // namespace

bool add_account(Connection& connection, const Account& account) {
  Query(connection, insert_account, account.id, account.username, account.password_hash,
        std::int64_t{account.admin}, std::int64_t{account.disabled}, account.created_at)
      .run();
  return connection.changes() > 0;
}

std::optional<Account> find_account(Connection& connection, std::string_view username) {
  Query query(connection, select_account, username);
  if (!query.next()) return std::nullopt;
  return account_of(query);
}

std::vector<Account> accounts(Connection& connection) {
  std::vector<Account> all;
  Query query(connection, select_accounts);
  while (query.next()) all.push_back(account_of(query));
  return all;
}

bool set_password(Connection& connection, const UserId& id, std::string_view password_hash) {
  return update(connection, "UPDATE accounts SET password_hash = ?2 WHERE id = ?1", id, password_hash);
}

bool set_admin(Connection& connection, const UserId& id, bool admin) {
  return update(connection, "UPDATE accounts SET admin = ?2 WHERE id = ?1", id, std::int64_t{admin});
}

bool set_disabled(Connection& connection, const UserId& id, bool disabled) {
  return update(connection, "UPDATE accounts SET disabled = ?2 WHERE id = ?1", id, std::int64_t{disabled});
}

}  // namespace chatserver::store::sqlite
