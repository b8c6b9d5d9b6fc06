#include "app/identity.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "app/issuer_secrets.hpp"
#include "auth/fetch.hpp"
#include "server/http_policy.hpp"

namespace chatserver::app {
namespace {

constexpr std::size_t server_name_chars_max = 36;  // the desktop client's limit

std::string without_scheme(std::string_view url) {
  const std::size_t scheme = url.find("://");
  return std::string(scheme == std::string_view::npos ? url : url.substr(scheme + 3));
}

std::string without_final_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

// Cuts between code points.
std::string at_most(std::string text, std::size_t chars_max) {
  std::size_t chars = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
    if (begins && ++chars > chars_max) {
      text.resize(i);
      break;
    }
  }
  return text;
}

std::expected<void, std::string> use_embedded(Identity& identity, const config::Settings& settings,
                                              store::Secrets* secrets, const Clock& clock, Random& random,
                                              Log& log) {
  auto storage = open_issuer_keys(settings, secrets, log);
  if (!storage) return std::unexpected(std::move(storage.error()));
  identity.key_storage = *std::move(storage);
  auto keys = identity.key_storage->load(clock.utc());
  if (!keys) return std::unexpected(keys.error().message);
  identity.keys = std::make_unique<auth::KeyRing>(auth::KeyRing::never_stale);
  identity.issuer =
      std::make_unique<auth::Issuer>(identity.issuer_url, settings.auth.admin_role, *std::move(keys), random);
  identity.keys->replace(identity.issuer->public_keys(), clock.monotonic());
  return {};
}

void use_remote(Identity& identity, const config::Settings& settings, const Clock& clock, Random& random,
                Log& log) {
  identity.keys = std::make_unique<auth::KeyRing>(settings.auth.keys_max_stale);
  auth::KeySource source{
      .issuer = settings.auth.issuer,
      .jwks_url = settings.auth.jwks_url,
      .refresh = settings.auth.keys_refresh,
      .fetch = auth::curl_fetch({.ca_file = settings.auth.ca_file, .bytes_max = auth::fetch_bytes_max})};
  identity.seen_logouts = std::make_unique<auth::SeenTokens>();
  identity.refresher =
      std::make_unique<auth::KeyRefresher>(std::move(source), *identity.keys, clock, random, log);
}

}  // namespace

std::expected<Identity, std::string> build_identity(const config::Settings& settings,
                                                    const std::string& public_url, store::Secrets* secrets,
                                                    const Clock& clock, Random& random, Log& log) {
  Identity identity;
  if (settings.auth.mode == auth::Mode::embedded) {
    identity.issuer_url = auth::issuer_url_below(public_url);
    if (auto made = use_embedded(identity, settings, secrets, clock, random, log); !made)
      return std::unexpected(made.error());
  } else {
    identity.issuer_url = settings.auth.issuer;
    use_remote(identity, settings, clock, random, log);
  }
  auth::Policy policy{
      .issuer = identity.issuer_url, .audience = settings.auth.audience, .leeway = settings.auth.leeway};
  identity.revocations = std::make_unique<auth::Revocations>();
  identity.authenticator =
      std::make_unique<server::Authenticator>(settings.auth, std::move(policy), *identity.keys,
                                              identity.refresher.get(), *identity.revocations, clock);
  return identity;
}

std::expected<void, std::string> claim_users(store::Store& store, const auth::Options& options) {
  const std::string issuer = options.mode == auth::Mode::embedded ? "embedded" : options.issuer;
  const std::string theirs = store.claim_users(issuer, options.issuer_alias);
  if (theirs == issuer) return {};
  return std::unexpected(
      "the users in this database are those of the issuer " + theirs + ", not of " + issuer +
      ": the same id may be somebody else there. Where it is the same person, start once with "
      "auth.issuer_alias=" +
      theirs + "; else use another database");
}

server::Discovery build_discovery(const config::Settings& settings, const std::string& public_url,
                                  const std::string& issuer_url, std::string server_id) {
  const std::string base = without_final_slash(public_url);
  const std::string issuer = without_scheme(without_final_slash(issuer_url));
  const std::string host(server::host_without_port(without_scheme(base)));
  const bool tls = base.starts_with("https://");
  return {.auth_url = issuer + "/protocol/openid-connect/auth",
          .token_url = issuer + "/protocol/openid-connect/token",
          .health_url = without_scheme(base) + "/health",
          .chat_client = settings.auth.chat_client,
          .chat_url = (tls ? "wss://" : "ws://") + without_scheme(base) + "/ws",
          .server_id = std::move(server_id),
          .server_name =
              at_most(settings.server.name.empty() ? host : settings.server.name, server_name_chars_max),
          .issuer = issuer_url};
}

}  // namespace chatserver::app
