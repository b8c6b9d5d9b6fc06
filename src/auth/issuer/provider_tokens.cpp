#include <algorithm>
#include <array>
#include <utility>

#include "auth/base64url.hpp"
#include "auth/issuer/provider.hpp"
#include "auth/issuer/refresh_token.hpp"
#include "auth/issuer/scope.hpp"
#include "auth/issuer/secret.hpp"

namespace chatserver::auth {
namespace {

constexpr std::array<std::string_view, 10> known_parameters{
    "grant_type",    "client_id", "client_secret", "code",  "redirect_uri",
    "code_verifier", "scope",     "refresh_token", "token", "token_type_hint"};

std::unexpected<TokenRequestError> refuse(TokenErrorCode code, std::string_view description) {
  return std::unexpected(TokenRequestError{.code = code, .description = std::string(description)});
}

// Whoever asks, which is all that a public client can say of itself.
std::expected<const Client*, TokenRequestError> client_of(const Parameters& form, const Clients& clients) {
  for (const std::string_view name : known_parameters) {
    if (form.repeats(name)) return refuse(TokenErrorCode::invalid_request, "a parameter is repeated");
  }
  const auto id = form.find("client_id");
  if (!id) return refuse(TokenErrorCode::invalid_client, "client_id is missing");
  const Client* client = clients.find(*id);
  if (!client) return refuse(TokenErrorCode::invalid_client, "the client is not known");
  if (form.find("client_secret")) return refuse(TokenErrorCode::invalid_client, "the client has no secret");
  return client;
}

// RFC 7636, section 4.6. An unlikely length is no verifier (section 4.1).
bool is_verifier(std::string_view verifier, std::string_view challenge) {
  if (verifier.size() < 43 || verifier.size() > 128) return false;
  return base64url_encode(sha256(verifier)) == challenge;
}

}  // namespace

std::string_view name(TokenErrorCode code) noexcept {
  switch (code) {
    case TokenErrorCode::invalid_request:
      break;
    case TokenErrorCode::invalid_client:
      return "invalid_client";
    case TokenErrorCode::invalid_grant:
      return "invalid_grant";
    case TokenErrorCode::unsupported_grant_type:
      return "unsupported_grant_type";
    case TokenErrorCode::invalid_scope:
      return "invalid_scope";
    case TokenErrorCode::unsupported_token_type:
      return "unsupported_token_type";
  }
  return "invalid_request";
}

std::expected<TokenAnswer, TokenRequestError> Provider::token(const Parameters& form) {
  const auto client = client_of(form, clients_);
  if (!client) return std::unexpected(client.error());
  const auto type = form.find("grant_type");
  if (!type) return refuse(TokenErrorCode::invalid_request, "grant_type is missing");
  if (*type == "authorization_code") return redeem_code(**client, form);
  if (*type == "refresh_token") return refresh(**client, form);
  return refuse(TokenErrorCode::unsupported_grant_type, "grant_type is authorization_code or refresh_token");
}

// The account is read, and `iat` decided, before the family begins: that fails when the account
// was changed in between, and what comes later revokes tokens up to a later second.
std::expected<TokenAnswer, TokenRequestError> Provider::redeem_code(const Client& client,
                                                                    const Parameters& form) {
  using enum TokenErrorCode;
  const auto secret = form.find("code");
  const auto redirect_uri = form.find("redirect_uri");
  const auto verifier = form.find("code_verifier");
  if (!secret) return refuse(invalid_request, "code is missing");
  if (!redirect_uri) return refuse(invalid_request, "redirect_uri is missing");
  if (!verifier) return refuse(invalid_request, "code_verifier is missing (PKCE)");

  const Timestamp now = parts_.clock.utc();
  const store::SecretHash code_hash = hash_of(*secret);
  const auto taken = parts_.grants.take_code(code_hash, now);
  if (!taken) return refuse(invalid_grant, "the code is unknown or has expired");
  const store::AuthorizationCode& code = taken->code;
  if (taken->used_before) {
    end_login(code.sid, code.user);  // RFC 6749, section 4.1.2: somebody else has it too
    return refuse(invalid_grant, "the code was used before");
  }
  if (code.client != client.id || code.redirect_uri != *redirect_uri ||
      !is_verifier(*verifier, code.challenge)) {
    return refuse(invalid_grant, "the code was given to another client, redirect URI or challenge");
  }

  const auto account = active_account(code.user);
  const NewRefreshToken refresh_token = make_refresh_token(parts_.random);
  const store::RefreshFamily family{.family = refresh_token.hashes.family,
                                    .client = code.client,
                                    .user = code.user,
                                    .sid = code.sid,
                                    .scope = code.scope,
                                    .authenticated_at = code.authenticated_at,
                                    .idle_until = now + lifetimes_.refresh_idle,
                                    .expires_at = now + lifetimes_.refresh_max};
  if (!account || !parts_.grants.start_family(family, refresh_token.hashes.secret, code_hash)) {
    return refuse(invalid_grant, "the sign-in is over");
  }
  return answer(
      *account,
      {.family = family, .scope = family.scope, .refresh_token = refresh_token.token, .nonce = code.nonce},
      now);
}

// In the order of redeem_code(), and for the same reason.
std::expected<TokenAnswer, TokenRequestError> Provider::refresh(const Client& client,
                                                                const Parameters& form) {
  using enum TokenErrorCode;
  const auto token = form.find("refresh_token");
  if (!token) return refuse(invalid_request, "refresh_token is missing");
  const auto presented = parse_refresh_token(*token);
  if (!presented) return refuse(invalid_grant, "the refresh token is unknown or over");

  const Timestamp now = parts_.clock.utc();
  const auto known = parts_.grants.find_family(presented->hashes.family, now);
  if (!known || known->client != client.id) {
    return refuse(invalid_grant, "the refresh token is unknown or over");
  }
  const std::string scope(form.find("scope").value_or(known->scope));
  if (!is_narrower(scope, known->scope)) {
    return refuse(invalid_scope, "the scope is wider than what was granted");
  }
  const auto account = active_account(known->user);
  if (!account) return refuse(invalid_grant, "the sign-in is over");

  const NewRefreshToken successor = make_successor(*presented, parts_.random);
  const auto family = parts_.grants.rotate({.presented = presented->hashes,
                                            .successor = successor.hashes.secret,
                                            .now = now,
                                            .idle_until = now + lifetimes_.refresh_idle});
  if (!family) {
    return refuse(invalid_grant, family.error() == store::RotationError::reused
                                     ? "the refresh token was used before: all of its family are revoked"
                                     : "the refresh token is unknown or over");
  }
  return answer(*account, {.family = *family, .scope = scope, .refresh_token = successor.token, .nonce = {}},
                now);
}

TokenAnswer Provider::answer(const store::Account& account, Grant grant, Timestamp now) const {
  const store::RefreshFamily& family = grant.family;
  TokenAnswer answer{.access_token = {},
                     .expires_in = lifetimes_.access_token,
                     .refresh_token = std::move(grant.refresh_token),
                     .refresh_expires_in = std::chrono::floor<std::chrono::seconds>(family.idle_until - now),
                     .id_token = {},
                     .scope = grant.scope};
  answer.access_token = parts_.issuer.issue_access_token(account,
                                                         {.client = family.client,
                                                          .session_id = family.sid,
                                                          .scope = grant.scope,
                                                          .ttl = lifetimes_.access_token},
                                                         now);
  if (has_scope(grant.scope, "openid")) {
    answer.id_token = parts_.issuer.issue_id_token(account,
                                                   {.client = family.client,
                                                    .session_id = family.sid,
                                                    .nonce = std::move(grant.nonce),
                                                    .authenticated_at = family.authenticated_at,
                                                    .access_token = answer.access_token,
                                                    .ttl = lifetimes_.access_token},
                                                   now);
  }
  return answer;
}

std::expected<void, TokenRequestError> Provider::revoke(const Parameters& form) {
  const auto client = client_of(form, clients_);
  if (!client) return std::unexpected(client.error());
  const auto token = form.find("token");
  if (!token) return refuse(TokenErrorCode::invalid_request, "token is missing");
  if (std::ranges::count(*token, '.') == 2) {
    return refuse(TokenErrorCode::unsupported_token_type,
                  "access and ID tokens run out by themselves; sign out to end them at once");
  }
  const auto refresh_token = parse_refresh_token(*token);
  if (!refresh_token) return {};
  const auto family = parts_.grants.find_family(refresh_token->hashes.family, parts_.clock.utc());
  if (!family) return {};
  if (family->client != (*client)->id) {
    return refuse(TokenErrorCode::invalid_grant, "the token is another client's");
  }
  parts_.grants.revoke_family(family->family);
  return {};
}

}  // namespace chatserver::auth
