#include "store/sqlite/tokens.hpp"

#include <algorithm>

#include "store/rows.hpp"

namespace chatserver::store::sqlite {
namespace {

constexpr Sql insert_code = R"sql(
  INSERT INTO authorization_codes
    (code, client, redirect_uri, account_id, sid, nonce, scope, challenge, authenticated_at, expires_at)
  SELECT ?1, ?2, ?3, ?4, sid, ?6, ?7, ?8, ?9, ?10 FROM browser_sessions WHERE sid = ?5)sql";

constexpr Sql select_code = R"sql(
  SELECT code, client, redirect_uri, account_id, sid, nonce, scope, challenge, authenticated_at, expires_at, uses
  FROM authorization_codes WHERE code = ?1 AND (uses > 0 OR expires_at > ?2))sql";

constexpr Sql insert_family = R"sql(
  INSERT INTO refresh_families
    (family, secret, code, client, account_id, sid, scope, authenticated_at, idle_until, expires_at)
  SELECT ?1, ?2, codes.code, ?4, ?5, sessions.sid, ?7, ?8, min(?9, ?10), ?10
  FROM authorization_codes AS codes, browser_sessions AS sessions
  WHERE codes.code = ?3 AND codes.uses = 1 AND sessions.sid = ?6)sql";

constexpr Sql delete_oldest_families = R"sql(
  DELETE FROM refresh_families WHERE rowid IN
  (SELECT rowid FROM refresh_families WHERE account_id = ?1 ORDER BY rowid DESC LIMIT -1 OFFSET ?2))sql";

constexpr Sql select_family = R"sql(
  SELECT family, client, account_id, sid, scope, authenticated_at, idle_until, expires_at
  FROM refresh_families WHERE family = ?1 AND idle_until > ?2)sql";

// The predecessor may come again within the time of ?3: the successor then is unused, or it
// would be the predecessor itself. That time counts from the first use.
constexpr Sql update_family = R"sql(
  UPDATE refresh_families
  SET previous = ?2, secret = ?4, idle_until = min(?6, expires_at),
      rotated_at = iif(secret = ?2, ?5, rotated_at)
  WHERE family = ?1 AND (secret = ?2 OR (previous = ?2 AND rotated_at >= ?3)))sql";

}  // namespace

bool add_code(Connection& connection, const AuthorizationCode& code) {
  Query(connection, insert_code, code.code, code.client, code.redirect_uri, code.user, code.sid, code.nonce,
        code.scope, code.challenge, code.authenticated_at, code.expires_at)
      .run();
  return connection.changes() > 0;
}

std::optional<TakenCode> take_code(Connection& connection, const SecretHash& code, Timestamp now) {
  TakenCode taken;
  {
    Query row(connection, select_code, code, now);
    if (!row.next()) return std::nullopt;
    taken = taken_code_of(row);
  }
  Query(connection, "UPDATE authorization_codes SET uses = min(uses + 1, 2) WHERE code = ?1", code).run();
  if (taken.used_before) {
    Query(connection, "DELETE FROM refresh_families WHERE sid = ?1 AND code = ?2", taken.code.sid, code)
        .run();
  }
  return taken;
}

bool start_family(Connection& connection, const RefreshFamily& family, const SecretHash& first_secret,
                  const SecretHash& code) {
  Query(connection, insert_family, family.family, first_secret, code, family.client, family.user, family.sid,
        family.scope, family.authenticated_at, family.idle_until, family.expires_at)
      .run();
  if (connection.changes() == 0) return false;
  Query(connection, delete_oldest_families, family.user, std::int64_t{families_per_user_max}).run();
  return true;
}

std::optional<RefreshFamily> find_family(Connection& connection, const SecretHash& family, Timestamp now) {
  Query row(connection, select_family, family, now);
  if (!row.next()) return std::nullopt;
  return family_of(row);
}

std::expected<RefreshFamily, RotationError> rotate(Connection& connection, const Rotation& rotation) {
  auto family = find_family(connection, rotation.presented.family, rotation.now);
  if (!family) return std::unexpected(RotationError::unknown);
  Query(connection, update_family, rotation.presented.family, rotation.presented.secret,
        rotation.now - lost_answer_max, rotation.successor, rotation.now, rotation.idle_until)
      .run();
  if (connection.changes() == 0) {
    revoke_family(connection, rotation.presented.family);
    return std::unexpected(RotationError::reused);
  }
  family->idle_until = std::min(rotation.idle_until, family->expires_at);
  return *std::move(family);
}

void revoke_family(Connection& connection, const SecretHash& family) {
  Query(connection, "DELETE FROM refresh_families WHERE family = ?1", family).run();
}

}  // namespace chatserver::store::sqlite
