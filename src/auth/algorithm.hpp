#pragma once

#include <optional>
#include <string_view>

namespace chatserver::auth {

// The signature algorithms there are (RFC 7518 section 3.1, without `none` and HMAC).
enum class Algorithm { rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512 };

enum class KeyType { rsa, p256, p384, p521 };

// By its `alg` name, to the letter; none for any other.
[[nodiscard]] std::optional<Algorithm> algorithm_named(std::string_view name) noexcept;

// The only type of key that the algorithm goes with: each ES has its curve.
[[nodiscard]] KeyType key_type_for(Algorithm algorithm) noexcept;

}  // namespace chatserver::auth
