#pragma once

#include <optional>
#include <string_view>

#include <boost/json/object.hpp>

namespace chatserver::auth {

// A JSON object as strictly as tokens and keys need it: valid UTF-8, no member
// twice (RFC 7515 section 4, RFC 7519 section 4), numbers finite, at most 16 levels deep.
// None otherwise. Threading: pure.
[[nodiscard]] std::optional<boost::json::object> parse_json_object(std::string_view text);

// The member's string; null when it is absent or something else.
[[nodiscard]] const boost::json::string* string_member(const boost::json::object& object,
                                                       std::string_view name) noexcept;

}  // namespace chatserver::auth
