#pragma once

#include <string>
#include <string_view>

namespace chatserver::auth {

// RFC 6749 section 5.2, RFC 7009 section 2.2.1.
enum class TokenErrorCode {
  invalid_request,
  invalid_client,
  invalid_grant,
  unsupported_grant_type,
  invalid_scope,
  unsupported_token_type,
};

// As it stands in `error`.
[[nodiscard]] std::string_view name(TokenErrorCode code) noexcept;

// Why the token or the revocation endpoint refuses. The description is for
// developers and holds nothing of the request.
struct TokenRequestError {
  TokenErrorCode code;
  std::string description;
};

}  // namespace chatserver::auth
