#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chatserver::bench {

// What a browser sends back with the first form of a page, besides what a person types.
struct SignInForm {
  std::string action;         // path and query that it is posted to
  std::string hidden_fields;  // form-urlencoded, each followed by '&'
  std::string cookies;        // as the value of a Cookie header
};

// Out of a whole HTTP answer; none when it has no form.
[[nodiscard]] std::optional<SignInForm> find_sign_in_form(std::string_view answer);

// application/x-www-form-urlencoded.
[[nodiscard]] std::string form_encoded(std::string_view text);

}  // namespace chatserver::bench
