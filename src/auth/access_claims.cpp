#include "auth/access_claims.hpp"

#include "auth/claim_reader.hpp"
#include "auth/json.hpp"

namespace chatserver::auth {
namespace {

// Keycloak says `typ` in the payload: Bearer, ID, Refresh, Offline, Logout ….
// RFC 9068 says it in the header alone. A token that says neither could be
// anything, an ID token of another issuer's making for one.
bool is_access_token(const boost::json::object& payload, std::string_view header_type) {
  const bool marked_in_header = header_type == "at+jwt";
  if (!header_type.empty() && header_type != "jwt" && !marked_in_header) return false;
  if (!payload.contains("typ")) return marked_in_header;
  const auto* type = string_member(payload, "typ");
  return type && *type == "Bearer";
}

}  // namespace

std::expected<Claims, TokenError> read_access_claims(std::string_view payload, std::string_view header_type,
                                                     const Policy& policy, Timestamp now) {
  const auto object = parse_json_object(payload);
  if (!object) return std::unexpected(TokenError::malformed);
  if (!is_access_token(*object, header_type)) return std::unexpected(TokenError::wrong_type);

  ClaimReader reader(*object);
  reader.check_parties(policy);

  Claims claims;
  claims.subject = UserId(reader.text("sub", Controls::refused));
  if (claims.subject.value().size() > subject_bytes_max) reader.fail(TokenError::bad_claim);
  claims.username = reader.text("preferred_username", Controls::only_nul_refused);
  claims.authorized_party = reader.text("azp", Controls::refused);
  claims.session_id = reader.optional_text("sid", Controls::refused);
  claims.roles = reader.realm_roles();
  claims.issued_at = reader.date("iat");
  const auto not_before = reader.date("nbf");
  const auto expires_at = reader.date("exp");
  if (!expires_at) reader.fail(TokenError::missing_claim);
  if (reader.error()) return std::unexpected(*reader.error());

  claims.expires_at = *expires_at;
  if (now >= claims.expires_at + policy.leeway) return std::unexpected(TokenError::expired);
  if (not_before && now + policy.leeway < *not_before) return std::unexpected(TokenError::not_yet_valid);
  return claims;
}

}  // namespace chatserver::auth
