#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/measured_server.hpp"

namespace chatserver::bench {

// Users who have an access token but no account: the claims of a token that the
// embedded issuer's key has signed decide, and a password hash each would take minutes.

// `sub` of the user with that number, a UUID that ends in it.
[[nodiscard]] std::string synthetic_user_id(std::size_t number);

// A user's number found in a text at or after `at`, which moves behind it; none when there is none left.
[[nodiscard]] std::optional<std::size_t> next_synthetic_user(std::string_view text, std::size_t& at) noexcept;

enum class TokenFor : std::uint8_t { chat, dashboard };

// Tokens of the users 0 … count-1, valid for twelve hours, signed with the key in the server's data
// directory. Takes about a millisecond each. Throws when there is no such key.
[[nodiscard]] std::vector<std::string> synthetic_tokens(const MeasuredServer& server, std::size_t count,
                                                        TokenFor use = TokenFor::chat);

}  // namespace chatserver::bench
