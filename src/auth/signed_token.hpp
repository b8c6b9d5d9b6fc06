#pragma once

#include <cstddef>
#include <expected>
#include <string_view>

#include "auth/compact_jws.hpp"
#include "auth/key_set.hpp"
#include "auth/token_error.hpp"

namespace chatserver::auth {

inline constexpr std::size_t token_bytes_max = std::size_t{16} * 1024;

// A token of any kind, taken apart and its signature verified; what it says has
// still to be judged. Its `kid` is now that of the key, also where it named none.
//
// Algorithms: RS, PS and ES 256/384/512. The key is found by `kid` in the set
// alone, never in the token, and must allow the algorithm; a token without
// `kid` is accepted only when exactly one key of the set could have signed it.
//
// Threading: pure. Limits: token_bytes_max.
[[nodiscard]] std::expected<CompactJws, TokenError> verify_signature(std::string_view token,
                                                                     const KeySet& keys);

}  // namespace chatserver::auth
