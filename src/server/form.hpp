#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/http_request.hpp"

namespace chatserver::server {

using Form = std::vector<std::pair<std::string, std::string>>;  // decoded, in order

// What application/x-www-form-urlencoded says; nothing when it is not
// percent-encoded UTF-8. Threading: pure.
[[nodiscard]] std::optional<Form> parse_form(std::string_view text);

// Whether a request's body says that it is a form. Threading: pure.
[[nodiscard]] bool is_form(const Request& request);

// The form in a request's body; nothing when it is of another type, or malformed.
[[nodiscard]] std::optional<Form> body_form(const Request& request);

// The value of a field that is there once; null when it is missing or repeated.
[[nodiscard]] const std::string* only_value(const Form& form, std::string_view name);

}  // namespace chatserver::server
