#include "store/sqlite/logins.hpp"

#include "store/rows.hpp"

namespace chatserver::store::sqlite {
namespace {

constexpr Sql insert_session = R"sql(
  INSERT INTO browser_sessions (id, sid, account_id, created_at, last_used_at, expires_at)
  SELECT ?1, ?2, id, ?4, ?5, ?6 FROM accounts WHERE id = ?3 AND disabled = 0 AND changed_at <= ?4
  ON CONFLICT (sid) DO UPDATE SET id = excluded.id, created_at = excluded.created_at,
    last_used_at = excluded.last_used_at, expires_at = excluded.expires_at
  WHERE browser_sessions.account_id = excluded.account_id)sql";

constexpr Sql delete_oldest_sessions = R"sql(
  DELETE FROM browser_sessions WHERE rowid IN
  (SELECT rowid FROM browser_sessions WHERE account_id = ?1 ORDER BY rowid DESC LIMIT -1 OFFSET ?2))sql";

constexpr Sql select_session = R"sql(
  SELECT id, sid, account_id, created_at, last_used_at, expires_at FROM browser_sessions
  WHERE id = ?1 AND expires_at > ?2)sql";

constexpr Sql insert_change = "INSERT INTO account_changes (account_id, sid, at) VALUES (?1, ?2, ?3)";

constexpr Sql select_changes =
    "SELECT id, account_id, sid, at FROM account_changes WHERE id > ?1 ORDER BY id LIMIT ?2";

constexpr Sql forget_sessions = R"sql(
  DELETE FROM browser_sessions WHERE rowid IN
  (SELECT rowid FROM browser_sessions WHERE expires_at <= ?1 LIMIT ?2))sql";
constexpr Sql forget_codes = R"sql(
  DELETE FROM authorization_codes WHERE rowid IN
  (SELECT rowid FROM authorization_codes WHERE expires_at <= ?1 LIMIT ?2))sql";
constexpr Sql forget_families = R"sql(
  DELETE FROM refresh_families WHERE rowid IN
  (SELECT rowid FROM refresh_families WHERE idle_until <= ?1 LIMIT ?2))sql";
constexpr Sql forget_invites = R"sql(
  DELETE FROM invites WHERE rowid IN (SELECT rowid FROM invites WHERE expires_at <= ?1 LIMIT ?2))sql";
constexpr Sql forget_changes = R"sql(
  DELETE FROM account_changes WHERE id IN (SELECT id FROM account_changes WHERE at <= ?1 LIMIT ?2))sql";

}  // namespace

bool add_session(Connection& connection, const BrowserSession& session) {
  Query(connection, insert_session, session.id, session.sid, session.user, session.created_at,
        session.last_used_at, session.expires_at)
      .run();
  if (connection.changes() == 0) return false;
  Query(connection, delete_oldest_sessions, session.user, std::int64_t{sessions_per_user_max}).run();
  return true;
}

std::optional<BrowserSession> find_session(Connection& connection, const SecretHash& id, Timestamp now) {
  Query row(connection, select_session, id, now);
  if (!row.next()) return std::nullopt;
  return browser_session_of(row);
}

void touch_session(Connection& connection, const SecretHash& id, Timestamp now, Timestamp expires_at) {
  Query(connection, "UPDATE browser_sessions SET last_used_at = ?2, expires_at = ?3 WHERE id = ?1", id, now,
        expires_at)
      .run();
}

void end_login(Connection& connection, std::string_view sid, const UserId& account, Timestamp now) {
  Query(connection, "DELETE FROM browser_sessions WHERE sid = ?1", sid).run();
  Query(connection, "DELETE FROM refresh_families WHERE sid = ?1", sid).run();
  Query(connection, insert_change, account, sid, now).run();
}

void end_logins(Connection& connection, const UserId& account, Timestamp now) {
  Query(connection, "DELETE FROM browser_sessions WHERE account_id = ?1", account).run();
  Query(connection, "DELETE FROM refresh_families WHERE account_id = ?1", account).run();
  Query(connection, insert_change, account, std::string_view(), now).run();
}

std::vector<AccountChange> account_changes_after(Connection& connection, std::int64_t id, std::size_t limit) {
  std::vector<AccountChange> changes;
  Query row(connection, select_changes, id, static_cast<std::int64_t>(limit));
  while (row.next()) {
    changes.push_back(
        {.id = row.integer(0), .account = UserId(row.text(1)), .sid = row.text(2), .at = row.time(3)});
  }
  return changes;
}

std::size_t forget_expired_grants(Connection& connection, Timestamp now, std::size_t limit) {
  std::size_t forgotten = 0;
  const auto forget = [&](Sql sql, Timestamp until) {
    Query(connection, sql, until, static_cast<std::int64_t>(limit)).run();
    forgotten += static_cast<std::size_t>(connection.changes());
  };
  forget(forget_sessions, now);
  forget(forget_codes, now - code_memory);
  forget(forget_families, now);
  forget(forget_invites, now);
  forget(forget_changes, now - account_change_memory);
  return forgotten;
}

}  // namespace chatserver::store::sqlite
