#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "auth/algorithm.hpp"
#include "auth/token_error.hpp"

namespace chatserver::auth {

// A JWS in compact form (RFC 7515), taken apart and not yet verified.
struct CompactJws {
  Algorithm algorithm;
  std::optional<std::string> kid;  // as the token says
  std::string type;                // the header's `typ` in lower case, without "application/"; empty: absent
  std::string payload;
  std::size_t signature_bytes = 0;
};

// Stricter than cjose, which takes padded base64url, an unknown `crit` and
// members that come twice. A JWE and a token that brings its own key (`jwk`,
// `jku`, `x5u`, `x5c`) are refused here. Threading: pure.
[[nodiscard]] std::expected<CompactJws, TokenError> parse_compact_jws(std::string_view token);

}  // namespace chatserver::auth
