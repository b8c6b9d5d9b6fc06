#include "auth/algorithm.hpp"

#include <array>
#include <utility>

namespace chatserver::auth {

std::optional<Algorithm> algorithm_named(std::string_view name) noexcept {
  static constexpr std::array<std::pair<std::string_view, Algorithm>, 9> names{{
      {"RS256", Algorithm::rs256},
      {"RS384", Algorithm::rs384},
      {"RS512", Algorithm::rs512},
      {"PS256", Algorithm::ps256},
      {"PS384", Algorithm::ps384},
      {"PS512", Algorithm::ps512},
      {"ES256", Algorithm::es256},
      {"ES384", Algorithm::es384},
      {"ES512", Algorithm::es512},
  }};
  for (const auto& [known, algorithm] : names) {
    if (known == name) return algorithm;
  }
  return std::nullopt;
}

KeyType key_type_for(Algorithm algorithm) noexcept {
  switch (algorithm) {
    case Algorithm::es256:
      return KeyType::p256;
    case Algorithm::es384:
      return KeyType::p384;
    case Algorithm::es512:
      return KeyType::p521;
    default:
      return KeyType::rsa;
  }
}

}  // namespace chatserver::auth
