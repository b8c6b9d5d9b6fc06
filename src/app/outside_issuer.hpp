#pragma once

#include "app/ended_logins.hpp"
#include "app/identity.hpp"
#include "app/issuer_watch.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "chat/outside_logouts.hpp"
#include "chat/session_ender.hpp"
#include "store/store.hpp"

namespace chatserver::app {

// What an outside issuer says has ended, on every node, whichever it said it to.
//
// Threading: as its parts. Errors: the constructor throws store::Unavailable.
// Lifetime: everything in `parts` outlives it, the shards too, which the watch posts to.
class OutsideIssuer {
 public:
  struct Parts {
    const Identity& identity;
    store::Store& store;
    chat::SessionEnder& sessions;
    chat::OutsideLogouts& logouts;
    const Clock& clock;
    Log& log;
  };

  // When this returns, what was ended before is in force.
  explicit OutsideIssuer(const Parts& parts)
      : ended_logins_(parts.store, parts.store, *parts.identity.revocations, parts.sessions),
        watch_({.ended_logins = ended_logins_,
                .keys = nullptr,
                .logouts = &parts.logouts,
                .grants = parts.store,
                .clock = parts.clock,
                .log = parts.log}) {}

 private:
  EndedLogins ended_logins_;
  IssuerWatch watch_;
};

}  // namespace chatserver::app
