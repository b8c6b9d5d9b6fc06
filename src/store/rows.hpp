#pragma once

#include <optional>

#include "model/message.hpp"
#include "store/accounts.hpp"
#include "store/grants.hpp"
#include "store/user_records.hpp"

// What a row of a query means, whatever the backend: each reads the columns that it names, in their
// order, from anything with integer(), text(), time() and is_null(). Threading: pure.
namespace chatserver::store {

// cache_id, owner_id, username, channel_id, channel, message, authored_at, nonce
inline constexpr auto message_of = [](const auto& row) -> Message {
  return {.cache_id = CacheId(row.integer(0)),
          .author = {.id = UserId(row.text(1)), .username = row.text(2)},
          .channel_id = ChannelId(row.integer(3)),
          .channel = row.text(4),
          .text = row.text(5),
          .authored_at = row.time(6),
          .nonce = row.text(7)};
};

// cache_id, owner_id, username, recipient_id, recipient, message, authored_at, nonce
inline constexpr auto private_message_of = [](const auto& row) -> PrivateMessage {
  return {.cache_id = CacheId(row.integer(0)),
          .author = {.id = UserId(row.text(1)), .username = row.text(2)},
          .recipient = {.id = UserId(row.text(3)), .username = row.text(4)},
          .text = row.text(5),
          .authored_at = row.time(6),
          .nonce = row.text(7)};
};

// id, username, password_hash, admin, disabled, created_at, valid_from
inline constexpr auto account_of = [](const auto& row) -> Account {
  return {.id = UserId(row.text(0)),
          .username = row.text(1),
          .password_hash = row.text(2),
          .admin = row.integer(3) != 0,
          .disabled = row.integer(4) != 0,
          .created_at = row.time(5),
          .valid_from = row.time(6)};
};

// id, sid, account, created_at, last_used_at, expires_at
inline constexpr auto browser_session_of = [](const auto& row) -> BrowserSession {
  return {.id = SecretHash(row.text(0)),
          .sid = row.text(1),
          .user = UserId(row.text(2)),
          .created_at = row.time(3),
          .last_used_at = row.time(4),
          .expires_at = row.time(5)};
};

// code, client, redirect_uri, account, sid, nonce, scope, challenge, authenticated_at, expires_at, uses
inline constexpr auto taken_code_of = [](const auto& row) -> TakenCode {
  return {.code = {.code = SecretHash(row.text(0)),
                   .client = row.text(1),
                   .redirect_uri = row.text(2),
                   .user = UserId(row.text(3)),
                   .sid = row.text(4),
                   .nonce = row.text(5),
                   .scope = row.text(6),
                   .challenge = row.text(7),
                   .authenticated_at = row.time(8),
                   .expires_at = row.time(9)},
          .used_before = row.integer(10) > 0};
};

// family, client, account, sid, scope, authenticated_at, idle_until, expires_at
inline constexpr auto family_of = [](const auto& row) -> RefreshFamily {
  return {.family = SecretHash(row.text(0)),
          .client = row.text(1),
          .user = UserId(row.text(2)),
          .sid = row.text(3),
          .scope = row.text(4),
          .authenticated_at = row.time(5),
          .idle_until = row.time(6),
          .expires_at = row.time(7)};
};

// code, made_by, created_at, expires_at, uses_left
inline constexpr auto invite_of = [](const auto& row) -> Invite {
  return {.code = SecretHash(row.text(0)),
          .made_by = row.is_null(1) ? std::nullopt : std::optional(UserId(row.text(1))),
          .created_at = row.time(2),
          .expires_at = row.time(3),
          .uses_left = row.integer(4)};
};

// id, owner_id, banished_id, reason, start_time, end_time, pardoned, the banished user's name, pardoned_by,
// pardoned_at
inline constexpr auto ban_record_of = [](const auto& row) -> BanRecord {
  return {.ban = {.id = BanId(row.integer(0)),
                  .owner = UserId(row.text(1)),
                  .banished = UserId(row.text(2)),
                  .reason = row.text(3),
                  .start = row.time(4),
                  .end = row.is_null(5) ? std::nullopt : std::optional(row.time(5)),
                  .pardoned = row.integer(6) != 0},
          .banished_username = row.is_null(7) ? std::nullopt : std::optional(row.text(7)),
          .pardon = row.is_null(8) ? std::nullopt
                                   : std::optional(Pardon{.by = UserId(row.text(8)), .at = row.time(9)})};
};

}  // namespace chatserver::store
