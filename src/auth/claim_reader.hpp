#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "auth/token_error.hpp"
#include "auth/verify.hpp"
#include "base/clock.hpp"

namespace chatserver::auth {

enum class Controls { only_nul_refused, refused };

// Reads the claims of one payload and remembers the first thing that is wrong;
// what is read after that has no meaning.
//
// Threading: one thread. Lifetime: `payload` outlives it.
class ClaimReader {
 public:
  explicit ClaimReader(const boost::json::object& payload) : payload_(payload) {}

  [[nodiscard]] std::optional<TokenError> error() const noexcept { return error_; }

  // A string that is not empty; optional_text(): or empty when absent.
  std::string text(std::string_view name, Controls controls);
  std::string optional_text(std::string_view name, Controls controls);
  std::optional<Timestamp> date(std::string_view name);
  // An array of strings without control characters; null: empty.
  std::vector<std::string> texts(const boost::json::value* value);
  std::vector<std::string> realm_roles();
  // `iss` and, where the policy asks for any, `aud` are the policy's.
  void check_parties(const Policy& policy);

  void fail(TokenError error) noexcept {
    if (!error_) error_ = error;
  }

 private:
  std::vector<std::string> audience();

  const boost::json::object& payload_;
  std::optional<TokenError> error_;
};

}  // namespace chatserver::auth
