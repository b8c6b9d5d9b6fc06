#include "auth/signed_token.hpp"

#include "auth/verification_key.hpp"

namespace chatserver::auth {
namespace {

std::expected<const VerificationKey*, TokenError> find_key(const KeySet& keys, const CompactJws& jws) {
  if (jws.kid) {
    const auto* key = keys.find(*jws.kid);
    if (!key) return std::unexpected(TokenError::unknown_key);
    if (!key->allows(jws.algorithm)) return std::unexpected(TokenError::unsuitable_key);
    return key;
  }
  const VerificationKey* only = nullptr;
  for (const auto& key : keys.keys()) {
    if (!key->allows(jws.algorithm)) continue;
    if (only) return std::unexpected(TokenError::unknown_key);
    only = key.get();
  }
  if (!only) return std::unexpected(TokenError::unknown_key);
  return only;
}

}  // namespace

std::expected<CompactJws, TokenError> verify_signature(std::string_view token, const KeySet& keys) {
  if (token.size() > token_bytes_max) return std::unexpected(TokenError::too_large);
  auto jws = parse_compact_jws(token);
  if (!jws) return jws;
  const auto key = find_key(keys, *jws);
  if (!key) return std::unexpected(key.error());
  if (!(*key)->verifies(token, *jws)) return std::unexpected(TokenError::bad_signature);
  jws->kid = (*key)->kid();
  return jws;
}

}  // namespace chatserver::auth
