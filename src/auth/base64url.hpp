#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chatserver::auth {

// base64url without padding (RFC 7515 section 2). Threading: pure.
[[nodiscard]] std::string base64url_encode(std::string_view bytes);

// Accepts just what base64url_encode() gives: no padding, no other characters,
// unused bits zero; so each value has one spelling. None otherwise.
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace chatserver::auth
