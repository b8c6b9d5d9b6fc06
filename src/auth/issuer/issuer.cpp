#include "auth/issuer/issuer.hpp"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "auth/issuer/uuid.hpp"
#include "base/check.hpp"

namespace chatserver::auth {
namespace {

namespace json = boost::json;

std::int64_t seconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace

std::string issuer_url_below(std::string_view public_url) {
  while (public_url.ends_with('/')) public_url.remove_suffix(1);
  return std::string(public_url).append(realm_path);
}

Issuer::Issuer(std::string issuer_url, std::string admin_role, SigningKey key, Random& random)
    : url_(std::move(issuer_url)),
      admin_role_(std::move(admin_role)),
      key_(std::move(key)),
      random_(random) {}

std::string Issuer::jwks_json() const {
  return R"({"keys":[)" + key_.public_jwk_json() + "]}";
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
      {"code_challenge_methods_supported", {"S256"}},
      {"scopes_supported", {"openid", "profile"}},
      {"claims_supported", {"sub", "iss", "aud", "exp", "iat", "auth_time", "preferred_username"}},
      {"authorization_response_iss_parameter_supported", true},
  };
  return json::serialize(document);
}

std::string Issuer::issue_access_token(const store::Account& account, const AccessGrant& grant,
                                       Timestamp now) const {
  check(grant.ttl > std::chrono::seconds::zero(), "a token lives for a while");
  json::array roles;
  if (account.admin) roles.emplace_back(admin_role_);
  const json::object claims{
      {"exp", seconds(now + grant.ttl)},
      {"iat", seconds(now)},
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
  return key_.sign(json::serialize(claims));
}

KeySet Issuer::public_keys() const {
  auto keys = KeySet::parse(jwks_json());
  check(keys && keys->size() == 1, "our own key set is usable");
  return std::move(*keys);
}

}  // namespace chatserver::auth
