#include "auth/key_set.hpp"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "auth/json.hpp"
#include "auth/verification_key.hpp"

namespace chatserver::auth {

std::string_view name(KeySetError error) noexcept {
  switch (error) {
    case KeySetError::malformed:
      return "not a JSON Web Key Set";
    case KeySetError::too_large:
      return "too many keys in the set";
  }
  return "unusable key set";
}

KeySet::KeySet() = default;
KeySet::KeySet(KeySet&&) noexcept = default;
KeySet& KeySet::operator=(KeySet&&) noexcept = default;
KeySet::~KeySet() = default;

std::expected<KeySet, KeySetError> KeySet::parse(std::string_view jwks_json) {
  const auto document = parse_json_object(jwks_json);
  if (!document) return std::unexpected(KeySetError::malformed);
  const auto* member = document->if_contains("keys");
  const auto* jwks = member ? member->if_array() : nullptr;
  if (!jwks) return std::unexpected(KeySetError::malformed);
  if (jwks->size() > keys_max) return std::unexpected(KeySetError::too_large);

  KeySet set;
  for (const auto& jwk : *jwks) {
    auto key = jwk.is_object() ? VerificationKey::from_jwk(jwk.get_object()) : nullptr;
    if (key && !(key->kid() && set.find(*key->kid()))) {
      set.keys_.push_back(std::move(key));
    } else {
      ++set.skipped_;
    }
  }
  return set;
}

const VerificationKey* KeySet::find(std::string_view kid) const noexcept {
  for (const auto& key : keys_) {
    if (key->kid() && *key->kid() == kid) return key.get();
  }
  return nullptr;
}

}  // namespace chatserver::auth
