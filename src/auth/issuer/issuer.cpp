#include "auth/issuer/issuer.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "auth/base64url.hpp"
#include "auth/issuer/secret.hpp"
#include "auth/issuer/uuid.hpp"
#include "base/check.hpp"

namespace chatserver::auth {
namespace {

namespace json = boost::json;

std::int64_t seconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// Tokens of the second of `valid_from` are refused, since `iat` does not say which came first.
std::int64_t first_second(const store::Account& account, Timestamp now) {
  return std::max(seconds(now), seconds(account.valid_from) + 1);
}

// OpenID Connect Core, section 3.1.3.6.
std::string at_hash(std::string_view access_token) {
  return base64url_encode(sha256(access_token).substr(0, 16));
}

}  // namespace

std::string issuer_url_below(std::string_view public_url) {
  while (public_url.ends_with('/')) public_url.remove_suffix(1);
  return std::string(public_url).append(realm_path);
}

Issuer::Issuer(std::string issuer_url, std::string admin_role, SigningKeys keys, Random& random)
    : url_(std::move(issuer_url)),
      admin_role_(std::move(admin_role)),
      random_(random),
      keys_(std::make_shared<const SigningKeys>(std::move(keys))) {}

std::string Issuer::jwks_json() const {
  return keys()->jwks_json();
}

std::string Issuer::discovery_json() const {
  const auto endpoint = [this](std::string_view name) {
    return url_ + "/protocol/openid-connect/" + std::string(name);
  };
  const json::object document{
      {"issuer", url_},
      {"authorization_endpoint", endpoint("auth")},
      {"token_endpoint", endpoint("token")},
      {"userinfo_endpoint", endpoint("userinfo")},
      {"end_session_endpoint", endpoint("logout")},
      {"revocation_endpoint", endpoint("revoke")},
      {"jwks_uri", endpoint("certs")},
      {"response_types_supported", {"code"}},
      {"response_modes_supported", {"query"}},
      {"grant_types_supported", {"authorization_code", "refresh_token"}},
      {"subject_types_supported", {"public"}},
      {"id_token_signing_alg_values_supported", {"RS256"}},
      {"token_endpoint_auth_methods_supported", {"none"}},
      {"revocation_endpoint_auth_methods_supported", {"none"}},
      {"code_challenge_methods_supported", {"S256"}},
      {"scopes_supported", {"openid", "profile"}},
      {"prompt_values_supported", {"none", "login", "consent"}},
      {"claim_types_supported", {"normal"}},
      {"claims_supported",
       {"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "azp",
        "preferred_username"}},
      {"claims_parameter_supported", false},
      {"request_parameter_supported", false},
      {"request_uri_parameter_supported", false},
      {"authorization_response_iss_parameter_supported", true},
  };
  return json::serialize(document);
}

std::string Issuer::issue_access_token(const store::Account& account, const AccessGrant& grant,
                                       Timestamp now) const {
  check(grant.ttl > std::chrono::seconds::zero(), "a token lives for a while");
  json::array roles;
  if (account.admin) roles.emplace_back(admin_role_);
  const std::int64_t issued_at = first_second(account, now);
  const json::object claims{
      {"exp", issued_at + grant.ttl.count()},
      {"iat", issued_at},
      {"jti", make_uuid(random_)},
      {"iss", url_},
      {"aud", "account"},
      {"sub", account.id.value()},
      {"typ", "Bearer"},
      {"azp", grant.client},
      {"sid", grant.session_id.empty() ? make_uuid(random_) : grant.session_id},
      {"realm_access", {{"roles", std::move(roles)}}},
      {"scope", grant.scope},
      {"preferred_username", account.username},
  };
  return keys()->current().sign(json::serialize(claims));
}

std::string Issuer::issue_id_token(const store::Account& account, const IdGrant& grant, Timestamp now) const {
  const std::int64_t issued_at = first_second(account, now);
  json::object claims{
      {"exp", issued_at + grant.ttl.count()},
      {"iat", issued_at},
      {"auth_time", seconds(grant.authenticated_at)},
      {"jti", make_uuid(random_)},
      {"iss", url_},
      {"aud", grant.client},
      {"sub", account.id.value()},
      {"typ", "ID"},
      {"azp", grant.client},
      {"sid", grant.session_id},
      {"at_hash", at_hash(grant.access_token)},
      {"preferred_username", account.username},
  };
  if (!grant.nonce.empty()) claims["nonce"] = grant.nonce;
  return keys()->current().sign(json::serialize(claims));
}

KeySet Issuer::public_keys() const {
  return keys()->public_keys();
}

void Issuer::use(SigningKeys keys) {
  auto next = std::make_shared<const SigningKeys>(std::move(keys));
  const MutexLock lock(mutex_);
  keys_.swap(next);  // the old ones are freed after the lock
}

std::shared_ptr<const SigningKeys> Issuer::keys() const {
  const MutexLock lock(mutex_);
  return keys_;
}

}  // namespace chatserver::auth
