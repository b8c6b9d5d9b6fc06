#include "auth/issuer/signing_keys.hpp"

#include <algorithm>

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

}  // namespace chatserver::auth
