#pragma once

#include "app/ended_logins.hpp"
#include "app/identity.hpp"
#include "app/issuer_keys.hpp"
#include "app/issuer_watch.hpp"
#include "auth/issuer/provider.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "chat/session_ender.hpp"
#include "config/settings.hpp"
#include "store/store.hpp"

namespace chatserver::app {

// The embedded issuer at work: the provider over the store, and the watch that
// brings what ended to tokens and live sessions.
//
// Threading: as its parts. Errors: the constructor throws store::Unavailable.
// Lifetime: everything in `parts` outlives it, the shards too, which the watch posts to.
class EmbeddedIssuer {
 public:
  struct Parts {
    const Identity& identity;  // of auth.mode=embedded
    store::Store& store;
    chat::SessionEnder& sessions;
    const Clock& clock;
    Random& random;
    Log& log;
  };

  // `settings.server.public_url` is known. When this returns, what was ended while no server ran is in force.
  EmbeddedIssuer(const config::Settings& settings, const Parts& parts);

  [[nodiscard]] auth::Provider& provider() noexcept { return provider_; }
  void look_now() { watch_.look_now(); }

 private:
  EndedLogins ended_logins_;
  IssuerKeys keys_;
  auth::Provider provider_;
  IssuerWatch watch_;
};

}  // namespace chatserver::app
