#pragma once

#include <string_view>

namespace chatserver::auth {

// Why a token is refused. Each is a 401; unknown_key alone is worth a refresh
// of the keys (KeyRefresher::request_refresh) and a second try.
enum class TokenError {
  too_large,              // more than token_bytes_max
  malformed,              // not three strict base64url parts of JSON objects
  unsupported_algorithm,  // `none`, symmetric or unheard of
  unsupported_header,     // `crit` and its like, a key brought along, a member of the wrong type
  unknown_key,            // no key of that `kid`
  unsuitable_key,         // the key exists, but for another algorithm, curve or use
  bad_signature,
  wrong_type,  // an ID, refresh, offline … token where another kind is wanted
  wrong_issuer,
  wrong_audience,
  missing_claim,
  bad_claim,  // of the wrong type, out of range, or with forbidden characters
  expired,
  not_yet_valid,
};

inline constexpr int token_error_count = static_cast<int>(TokenError::not_yet_valid) + 1;

// A fixed phrase, fit for a log line and the error_description of
// WWW-Authenticate (RFC 6750 section 3); never anything out of the token.
[[nodiscard]] std::string_view name(TokenError error) noexcept;

}  // namespace chatserver::auth
