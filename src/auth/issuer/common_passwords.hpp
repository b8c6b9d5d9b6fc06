#pragma once

#include <span>
#include <string_view>

namespace chatserver::auth {

// The passwords that guessers try first, in lower case and ascending order. What
// is made of one of them by digits and signs behind it need not be listed, nor
// what repeats itself (is_common_password() sees to both), nor what is too short
// to be chosen, unless it is such a beginning.
[[nodiscard]] std::span<const std::string_view> common_passwords() noexcept;

}  // namespace chatserver::auth
