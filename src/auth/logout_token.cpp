#include "auth/logout_token.hpp"

#include <utility>

#include "auth/claim_reader.hpp"
#include "auth/json.hpp"
#include "auth/signed_token.hpp"
#include "base/check.hpp"

namespace chatserver::auth {
namespace {

namespace json = boost::json;

constexpr std::string_view logout_event = "http://schemas.openid.net/event/backchannel-logout";

// Section 2.4 recommends "logout+jwt"; Keycloak says `typ` "Logout" in the payload instead.
bool has_logout_type(const json::object& payload, std::string_view header_type) {
  if (!header_type.empty() && header_type != "jwt" && header_type != "logout+jwt") return false;
  if (!payload.contains("typ")) return true;
  const auto* type = string_member(payload, "typ");
  return type && *type == "Logout";
}

// What makes a logout token one: every other kind lacks the event, and a nonce
// is what ID tokens have, so that none of them passes for it.
std::optional<TokenError> check_kind(const json::object& payload, std::string_view header_type) {
  if (!has_logout_type(payload, header_type) || payload.contains("nonce")) return TokenError::wrong_type;
  const auto* events = payload.if_contains("events");
  if (!events) return TokenError::missing_claim;
  if (!events->is_object()) return TokenError::bad_claim;
  const auto* event = events->get_object().if_contains(logout_event);
  if (!event) return TokenError::wrong_type;
  return event->is_object() ? std::nullopt : std::optional(TokenError::bad_claim);
}

LogoutClaims read_claims(ClaimReader& reader) {
  LogoutClaims claims;
  claims.token_id = reader.text("jti", Controls::refused);
  claims.session_id = reader.optional_text("sid", Controls::refused);
  const auto subject = reader.optional_text("sub", Controls::refused);
  if (subject.size() > subject_bytes_max) reader.fail(TokenError::bad_claim);
  if (!subject.empty()) claims.subject = UserId(subject);
  if (!claims.subject && claims.session_id.empty()) reader.fail(TokenError::missing_claim);
  const auto issued_at = reader.date("iat");
  const auto expires_at = reader.date("exp");
  if (!issued_at || !expires_at) reader.fail(TokenError::missing_claim);
  claims.issued_at = issued_at.value_or(Timestamp{});
  claims.expires_at = expires_at.value_or(Timestamp{});
  return claims;
}

}  // namespace

std::expected<LogoutClaims, TokenError> verify_logout_token(std::string_view token, const KeySet& keys,
                                                            const Policy& policy, Timestamp now) {
  check(!policy.audience.empty(), "a logout token is for one of our clients");
  const auto jws = verify_signature(token, keys);
  if (!jws) return std::unexpected(jws.error());
  const auto payload = parse_json_object(jws->payload);
  if (!payload) return std::unexpected(TokenError::malformed);
  if (const auto error = check_kind(*payload, jws->type)) return std::unexpected(*error);

  ClaimReader reader(*payload);
  reader.check_parties(policy);
  LogoutClaims claims = read_claims(reader);
  if (reader.error()) return std::unexpected(*reader.error());
  if (now >= claims.expires_at + policy.leeway) return std::unexpected(TokenError::expired);
  if (now + policy.leeway < claims.issued_at) return std::unexpected(TokenError::not_yet_valid);
  return claims;
}

}  // namespace chatserver::auth
