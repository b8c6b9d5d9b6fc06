#include "store/postgres/accounts.hpp"

#include "base/check.hpp"
#include "store/postgres/logins.hpp"
#include "store/rows.hpp"

namespace chatserver::store::postgres {
namespace {

constexpr Sql insert_account = R"sql(
  INSERT INTO accounts (id, username, password_hash, admin, disabled, created_at, valid_from)
  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING)sql";

constexpr Sql select_account = R"sql(
  SELECT id, username, password_hash, admin, disabled, created_at, valid_from FROM accounts
  WHERE username = $1)sql";
constexpr Sql select_account_by_id = R"sql(
  SELECT id, username, password_hash, admin, disabled, created_at, valid_from FROM accounts
  WHERE id = $1)sql";
// By bytes, as every backend does: collations differ.
constexpr Sql select_accounts = R"sql(
  SELECT id, username, password_hash, admin, disabled, created_at, valid_from FROM accounts
  ORDER BY username COLLATE "C")sql";

constexpr Sql update_password = "UPDATE accounts SET password_hash = $2 WHERE id = $1";
constexpr Sql update_admin = "UPDATE accounts SET admin = $2 WHERE id = $1 AND admin <> $2";
constexpr Sql update_disabled = "UPDATE accounts SET disabled = $2 WHERE id = $1 AND disabled <> $2";

constexpr Sql move_valid_from = R"sql(
  UPDATE accounts SET valid_from = greatest($2, valid_from + interval '1 second'), changed_at = greatest($2, changed_at)
  WHERE id = $1 RETURNING valid_from)sql";

template <class Key>
std::optional<Account> find(Connection& connection, Sql sql, const Key& key) {
  Rows query = connection.run(sql, key);
  if (!query.next()) return std::nullopt;
  return account_of(query);
}

bool exists(Connection& connection, const UserId& id) {
  return connection.run("SELECT 1 FROM accounts WHERE id = $1", id).next();
}

Timestamp next_valid_from(Connection& connection, const UserId& id, Timestamp now) {
  Rows query = connection.run(move_valid_from, id, now);
  check(query.next(), "an account that was changed is there");
  return query.time(0);
}

// A change that changed something ends what the account had until then.
template <class Value>
bool change(Connection& connection, Sql sql, const UserId& id, const Value& value, Timestamp now) {
  if (connection.run(sql, id, value).changed() == 0) return exists(connection, id);
  end_logins(connection, id, next_valid_from(connection, id, now));
  return true;
}

}  // namespace

bool add_account(Connection& connection, const Account& account) {
  return connection
             .run(insert_account, account.id, account.username, account.password_hash, account.admin,
                  account.disabled, account.created_at, account.valid_from)
             .changed() > 0;
}

std::optional<Account> find_account(Connection& connection, std::string_view username) {
  return find(connection, select_account, username);
}

std::optional<Account> find_account_by_id(Connection& connection, const UserId& id) {
  return find(connection, select_account_by_id, id);
}

std::vector<Account> accounts(Connection& connection) {
  std::vector<Account> all;
  Rows query = connection.run(select_accounts);
  while (query.next()) all.push_back(account_of(query));
  return all;
}

bool set_password(Connection& connection, const UserId& id, std::string_view password_hash, Timestamp now) {
  return change(connection, update_password, id, password_hash, now);
}

bool set_admin(Connection& connection, const UserId& id, bool admin, Timestamp now) {
  return change(connection, update_admin, id, admin, now);
}

bool set_disabled(Connection& connection, const UserId& id, bool disabled, Timestamp now) {
  return change(connection, update_disabled, id, disabled, now);
}

bool has_admin(Connection& connection) {
  return connection.run("SELECT 1 FROM accounts WHERE admin").next();
}

}  // namespace chatserver::store::postgres
