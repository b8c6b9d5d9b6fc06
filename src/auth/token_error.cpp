#include "auth/token_error.hpp"

namespace chatserver::auth {

std::string_view name(TokenError error) noexcept {
  switch (error) {
    case TokenError::too_large:
      return "token too large";
    case TokenError::malformed:
      return "malformed token";
    case TokenError::unsupported_algorithm:
      return "unsupported signature algorithm";
    case TokenError::unsupported_header:
      return "unsupported token header";
    case TokenError::unknown_key:
      return "unknown signing key";
    case TokenError::unsuitable_key:
      return "signing key not meant for this algorithm";
    case TokenError::bad_signature:
      return "bad signature";
    case TokenError::wrong_type:
      return "token of the wrong type";
    case TokenError::wrong_issuer:
      return "wrong issuer";
    case TokenError::wrong_audience:
      return "wrong audience";
    case TokenError::missing_claim:
      return "required claim missing";
    case TokenError::bad_claim:
      return "unusable claim";
    case TokenError::expired:
      return "token expired";
    case TokenError::not_yet_valid:
      return "token not yet valid";
  }
  return "invalid token";
}

}  // namespace chatserver::auth
