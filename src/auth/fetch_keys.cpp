#include "auth/fetch_keys.hpp"

#include <string_view>
#include <utility>

#include "auth/json.hpp"

namespace chatserver::auth {
namespace {

std::unexpected<FetchError> error(std::string message) {
  return std::unexpected(FetchError{std::move(message)});
}

std::string discovery_url(std::string_view issuer) {
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  return std::string(issuer) + "/.well-known/openid-configuration";
}

std::expected<std::string, FetchError> discover(const std::string& issuer, const Fetch& fetch,
                                                const std::atomic<bool>& stop) {
  const auto url = discovery_url(issuer);
  const auto body = fetch(url, stop);
  if (!body) return std::unexpected(body.error());
  const auto document = parse_json_object(*body);
  if (!document) return error(url + " is not a JSON object");
  const auto* named = string_member(*document, "issuer");
  if (!named || std::string_view(*named) != issuer) {
    return error(url +
                 " is the document of another issuer: auth.issuer must equal its `issuer` to the letter");
  }
  const auto* jwks_uri = string_member(*document, "jwks_uri");
  if (!jwks_uri) return error(url + " names no jwks_uri");
  return std::string(*jwks_uri);
}

}  // namespace

std::expected<KeySet, FetchError> fetch_keys(const std::string& issuer, const std::string& jwks_url,
                                             const Fetch& fetch, const std::atomic<bool>& stop) {
  auto url = jwks_url;
  if (url.empty()) {
    auto discovered = discover(issuer, fetch, stop);
    if (!discovered) return std::unexpected(discovered.error());
    url = std::move(*discovered);
  }
  const auto body = fetch(url, stop);
  if (!body) return std::unexpected(body.error());
  auto keys = KeySet::parse(*body);
  if (!keys) return error(url + ": " + std::string(name(keys.error())));
  if (keys->empty()) return error(url + " lists no usable key");
  return std::move(*keys);
}

}  // namespace chatserver::auth
