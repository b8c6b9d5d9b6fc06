#include "store/sqlite/links.hpp"

#include "store/rows.hpp"
#include "store/sqlite/accounts.hpp"

namespace chatserver::store::sqlite {
namespace {

constexpr Sql upsert_link = R"sql(
  INSERT INTO setup_links (id, link, expires_at) VALUES (1, ?1, ?2)
  ON CONFLICT (id) DO UPDATE SET link = excluded.link, expires_at = excluded.expires_at)sql";

constexpr Sql insert_invite = R"sql(
  INSERT INTO invites (code, made_by, created_at, expires_at, uses_left) VALUES (?1, ?2, ?3, ?4, ?5))sql";

constexpr Sql select_invite = R"sql(
  SELECT code, made_by, created_at, expires_at, uses_left FROM invites
  WHERE code = ?1 AND expires_at > ?2 AND uses_left > 0)sql";

}  // namespace

bool set_setup_link(Connection& connection, const SecretHash& link, Timestamp expires_at) {
  if (has_admin(connection)) return false;
  Query(connection, upsert_link, link, expires_at).run();
  return true;
}

bool setup_link_valid(Connection& connection, const SecretHash& link, Timestamp now) {
  Query query(connection, "SELECT 1 FROM setup_links WHERE link = ?1 AND expires_at > ?2", link, now);
  return query.next() && !has_admin(connection);
}

LinkOutcome use_setup_link(Connection& connection, const SecretHash& link, const Account& admin,
                           Timestamp now) {
  if (!setup_link_valid(connection, link, now)) return LinkOutcome::link_void;
  if (!add_account(connection, admin)) return LinkOutcome::name_taken;
  Query(connection, "DELETE FROM setup_links").run();
  return LinkOutcome::account_added;
}

void add_invite(Connection& connection, const Invite& invite) {
  Query(connection, insert_invite, invite.code, invite.made_by, invite.created_at, invite.expires_at,
        invite.uses_left)
      .run();
}

std::optional<Invite> find_invite(Connection& connection, const SecretHash& code, Timestamp now) {
  Query row(connection, select_invite, code, now);
  if (!row.next()) return std::nullopt;
  return invite_of(row);
}

LinkOutcome use_invite(Connection& connection, const SecretHash& code, const Account& account,
                       Timestamp now) {
  if (!find_invite(connection, code, now)) return LinkOutcome::link_void;
  if (!add_account(connection, account)) return LinkOutcome::name_taken;
  Query(connection, "UPDATE invites SET uses_left = uses_left - 1 WHERE code = ?1", code).run();
  return LinkOutcome::account_added;
}

}  // namespace chatserver::store::sqlite
