#include "auth/verify.hpp"

#include "auth/access_claims.hpp"

namespace chatserver::auth {

std::expected<Claims, TokenError> verify(std::string_view token, const KeySet& keys, const Policy& policy,
                                         Timestamp now) {
  const auto jws = verify_signature(token, keys);
  if (!jws) return std::unexpected(jws.error());
  auto claims = read_access_claims(jws->payload, jws->type, policy, now);
  if (claims) claims->kid = jws->kid.value_or("");
  return claims;
}

}  // namespace chatserver::auth
