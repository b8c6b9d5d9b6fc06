#include "auth/issuer/signing_keys.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace chatserver::auth {

std::optional<Timestamp> SigningKeys::next_end() const {
  const auto next = std::ranges::min_element(retired_, {}, &RetiredKey::until);
  if (next == retired_.end()) return std::nullopt;
  return next->until;
}

std::string SigningKeys::jwks_json() const {
  std::string json = R"({"keys":[)" + current_.public_jwk_json();
  for (const RetiredKey& key : retired_) json.append(",").append(key.public_jwk_json);
  return json.append("]}");
}

KeySet SigningKeys::public_keys() const {
  auto keys = KeySet::parse(jwks_json());
  check(keys && !keys->empty(), "our own key set is usable");
  return std::move(*keys);
}

}  // namespace chatserver::auth
