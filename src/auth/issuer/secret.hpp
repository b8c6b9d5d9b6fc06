#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "store/grants.hpp"

namespace chatserver::auth {

inline constexpr std::size_t sha256_bytes = 32;

// Threading: pure.
[[nodiscard]] std::string sha256(std::string_view bytes);

inline constexpr std::size_t secret_chars = 43;

// 256 random bits in base64url: a cookie, a code, a part of a token, a link. Known to its holder
// alone; the store has its hash.
[[nodiscard]] std::string make_secret(Random& random);

[[nodiscard]] store::SecretHash hash_of(std::string_view secret);

}  // namespace chatserver::auth
