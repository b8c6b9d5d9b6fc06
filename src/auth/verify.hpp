#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "auth/claims.hpp"
#include "auth/key_set.hpp"
#include "auth/signed_token.hpp"
#include "auth/token_error.hpp"
#include "base/clock.hpp"

namespace chatserver::auth {

inline constexpr std::size_t subject_bytes_max = 255;  // OpenID Connect Core, section 2

// What a token must say, besides being signed, to be let in.
struct Policy {
  std::string issuer;                   // `iss`, to the letter
  std::vector<std::string> audience{};  // any of these must be in `aud`; empty: not checked
  std::chrono::milliseconds leeway{30'000};
};

// The claims of an access token (RFC 7519, RFC 9068) signed by one of `keys`
// and in force at `now`: while now < exp + leeway and now + leeway >= nbf.
//
// An access token is one of payload `typ` "Bearer" (Keycloak) or, without that
// claim, of header `typ` "at+jwt".
//
// Threading: pure. Limits: those of verify_signature().
[[nodiscard]] std::expected<Claims, TokenError> verify(std::string_view token, const KeySet& keys,
                                                       const Policy& policy, Timestamp now);

}  // namespace chatserver::auth
