#include "app/embedded_issuer.hpp"

#include <chrono>
#include <functional>

namespace chatserver::app {
namespace {

using namespace std::chrono_literals;

// Twice as long as other servers take to look (see IssuerWatch).
constexpr std::chrono::seconds seen_everywhere{1};

auth::Clients clients(const config::Settings& settings) {
  return auth::default_clients({.chat_client = settings.auth.chat_client,
                                .dashboard_client = settings.auth.dashboard_client,
                                .public_url = settings.server.public_url,
                                .cors_origins = settings.server.cors_origins});
}

// What cannot be read now is found by the watch.
std::function<void()> catch_up(EndedLogins& ended_logins, Log& log) {
  return [&ended_logins, &log] {
    try {
      ended_logins.catch_up();
    } catch (const store::Unavailable& error) {
      log.error("changes of accounts cannot be read", {{"reason", error.what()}});
    }
  };
}

}  // namespace

EmbeddedIssuer::EmbeddedIssuer(const config::Settings& settings, const Parts& parts)
    : ended_logins_(parts.store, parts.store, *parts.identity.revocations, parts.sessions),
      keys_({.storage = *parts.identity.key_storage,
             .issuer = *parts.identity.issuer,
             .ring = *parts.identity.keys,
             .sessions = parts.sessions,
             .clock = parts.clock,
             .head_start = parts.store.secrets() == nullptr ? 0s : seen_everywhere}),
      provider_(clients(settings), {},
                {.accounts = parts.store,
                 .grants = parts.store,
                 .issuer = *parts.identity.issuer,
                 .keys = *parts.identity.keys,
                 .revocations = *parts.identity.revocations,
                 .clock = parts.clock,
                 .random = parts.random},
                catch_up(ended_logins_, parts.log)),
      watch_({.ended_logins = ended_logins_,
              .keys = &keys_,
              .logouts = nullptr,
              .grants = parts.store,
              .clock = parts.clock,
              .log = parts.log}) {}

}  // namespace chatserver::app
