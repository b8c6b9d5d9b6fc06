#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/issuer/signing_key.hpp"
#include "auth/key_set.hpp"
#include "base/clock.hpp"

namespace chatserver::auth {

// A key that signs no more while tokens that it signed still run.
struct RetiredKey {
  std::string kid;
  std::string public_jwk_json;
  Timestamp until;  // none of its tokens runs longer

  friend bool operator==(const RetiredKey&, const RetiredKey&) = default;
};

// The keys of the embedded issuer at one time.
//
// Threading: any, once built.
class SigningKeys {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): one key is the usual case
  SigningKeys(SigningKey current, std::vector<RetiredKey> retired = {})
      : current_(std::move(current)), retired_(std::move(retired)) {}

  [[nodiscard]] const SigningKey& current() const noexcept { return current_; }
  [[nodiscard]] const std::vector<RetiredKey>& retired() const noexcept { return retired_; }

  // When the next of the retired keys is to go.
  [[nodiscard]] std::optional<Timestamp> next_end() const;

  // The public halves of all (RFC 7517), as they are published and as they verify.
  [[nodiscard]] std::string jwks_json() const;
  [[nodiscard]] KeySet public_keys() const;

 private:
  SigningKey current_;
  std::vector<RetiredKey> retired_;
};

}  // namespace chatserver::auth
