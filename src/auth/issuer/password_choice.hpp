#pragma once

#include <expected>
#include <initializer_list>
#include <string_view>

#include "auth/issuer/password.hpp"

namespace chatserver::auth {

// Whether it is among the passwords that a guesser tries first, whatever the case
// of its letters and the digits or signs behind it. Threading: pure.
[[nodiscard]] bool is_common_password(std::string_view password);

// Whether a password may be chosen: what check_password() asks for, no common
// one, and none that is just one of the `names` (the user's, the server's).
// Threading: pure.
[[nodiscard]] std::expected<void, PasswordError> check_password_choice(
    std::string_view password, std::initializer_list<std::string_view> names);

}  // namespace chatserver::auth
