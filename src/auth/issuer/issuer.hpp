#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "auth/issuer/signing_keys.hpp"
#include "auth/key_set.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"
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

// What an ID token is to say (OpenID Connect Core, section 2).
struct IdGrant {
  std::string client;  // aud
  std::string session_id;
  std::string nonce;  // empty: none
  Timestamp authenticated_at;
  std::string_view access_token;  // that it comes with: at_hash
  std::chrono::seconds ttl{300};
};

// Documents and tokens of the embedded OpenID provider. The tokens' claims are Keycloak's.
//
// Threading: any. `iss` and links come from the configured URL, never from a request.
class Issuer {
 public:
  // `admin_role`: the realm role that accounts marked as admin get. `random` must outlive this.
  Issuer(std::string issuer_url, std::string admin_role, SigningKeys keys, Random& random);

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] std::string jwks_json() const CHAT_EXCLUDES(mutex_);
  [[nodiscard]] std::string discovery_json() const;

  // Neither asks whether the account is disabled: whoever grants does. `iat` is
  // `now`, or the second after the account's `valid_from` when that is later:
  // a token that is new is not refused as one from before a change.
  [[nodiscard]] std::string issue_access_token(const store::Account& account, const AccessGrant& grant,
                                               Timestamp now) const CHAT_EXCLUDES(mutex_);
  [[nodiscard]] std::string issue_id_token(const store::Account& account, const IdGrant& grant,
                                           Timestamp now) const CHAT_EXCLUDES(mutex_);

  // What its tokens are verified with.
  [[nodiscard]] KeySet public_keys() const CHAT_EXCLUDES(mutex_);

  // Signs with other keys from now on.
  void use(SigningKeys keys) CHAT_EXCLUDES(mutex_);
  [[nodiscard]] std::shared_ptr<const SigningKeys> keys() const CHAT_EXCLUDES(mutex_);

 private:
  const std::string url_;
  const std::string admin_role_;
  Random& random_;
  mutable Mutex mutex_;
  std::shared_ptr<const SigningKeys> keys_ CHAT_GUARDED_BY(mutex_);
};

}  // namespace chatserver::auth
