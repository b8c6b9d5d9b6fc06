#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "auth/key_set.hpp"
#include "auth/token_error.hpp"
#include "auth/verify.hpp"
#include "base/clock.hpp"
#include "model/ids.hpp"

namespace chatserver::auth {

// What an issuer's logout token says: which login is over, or, without a `sid`,
// whose logins all are.
struct LogoutClaims {
  std::string token_id;           // jti: never used again
  std::optional<UserId> subject;  // sub
  std::string session_id;         // sid; empty when the token names none: then there is a subject
  Timestamp issued_at;
  Timestamp expires_at;  // without leeway

  friend bool operator==(const LogoutClaims&, const LogoutClaims&) = default;
};

// The claims of a logout token (OpenID Connect Back-Channel Logout 1.0, sections
// 2.4 and 2.6) that is signed by one of `keys` and in force at `now`. The policy's
// audience is the ids of our clients. Whether the token came before is for the
// caller to remember (SeenTokens).
//
// Threading: pure. Limits: those of verify_signature().
[[nodiscard]] std::expected<LogoutClaims, TokenError> verify_logout_token(std::string_view token,
                                                                          const KeySet& keys,
                                                                          const Policy& policy,
                                                                          Timestamp now);

}  // namespace chatserver::auth
