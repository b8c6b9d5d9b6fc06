#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "auth/issuer/signing_key.hpp"
#include "auth/key_set.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/accounts.hpp"

namespace chatserver::auth {

// Where the embedded issuer's documents and endpoints lie below the public URL:
// Keycloak's paths, for a realm `chat`.
inline constexpr std::string_view realm_path = "/realms/chat";
inline constexpr std::string_view discovery_path = "/realms/chat/.well-known/openid-configuration";
inline constexpr std::string_view jwks_path = "/realms/chat/protocol/openid-connect/certs";

// The issuer URL below a public URL ("http://localhost:8080", no final slash).
[[nodiscard]] std::string issuer_url_below(std::string_view public_url);

// What one access token is to say besides what every token does.
struct AccessGrant {
  std::string client;        // azp
  std::string session_id{};  // sid; empty: a new one
  std::string scope = "openid profile";
  std::chrono::seconds ttl{300};
};

// The embedded OpenID provider, as far as it is stateless: its documents and
// its tokens, whose claims are Keycloak's.
//
// Threading: any. `iss` and links come from the configured URL, never from a request.
class Issuer {
 public:
  // `admin_role`: the realm role that accounts marked as admin get. `random` must outlive this.
  Issuer(std::string issuer_url, std::string admin_role, SigningKey key, Random& random);

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] std::string jwks_json() const;
  [[nodiscard]] std::string discovery_json() const;

  // Does not ask whether the account is disabled: whoever grants does.
  [[nodiscard]] std::string issue_access_token(const store::Account& account, const AccessGrant& grant,
                                               Timestamp now) const;

  // What its tokens are verified with.
  [[nodiscard]] KeySet public_keys() const;

 private:
  std::string url_;
  std::string admin_role_;
  SigningKey key_;
  Random& random_;
};

}  // namespace chatserver::auth
