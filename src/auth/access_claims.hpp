#pragma once

#include <expected>
#include <string_view>

#include "auth/claims.hpp"
#include "auth/token_error.hpp"
#include "auth/verify.hpp"
#include "base/clock.hpp"

namespace chatserver::auth {

// The claims of a payload whose signature has been verified, held against
// `policy` and `now`. `header_type` as in CompactJws. Threading: pure.
[[nodiscard]] std::expected<Claims, TokenError> read_access_claims(std::string_view payload,
                                                                   std::string_view header_type,
                                                                   const Policy& policy, Timestamp now);

}  // namespace chatserver::auth
