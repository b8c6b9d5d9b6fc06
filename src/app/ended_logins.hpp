#pragma once

#include <cstdint>

#include "auth/revocations.hpp"
#include "base/mutex.hpp"
#include "chat/session_ender.hpp"
#include "store/accounts.hpp"
#include "store/grants.hpp"

namespace chatserver::app {

// Brings what the store says has ended (a password changed, an account
// disabled, somebody signed out) to the tokens and live sessions of this process,
// whoever changed it: a page, the token endpoint or a command beside the server.
//
// Threading: any; calls block on the store. Errors: throws store::Unavailable, and the
// next call goes on where that one stopped.
class EndedLogins {
 public:
  // When it returns, what was changed while no server ran is in force.
  EndedLogins(store::Accounts& accounts, store::Grants& grants, auth::Revocations& revocations,
              chat::SessionEnder& sessions);

  // When it returns, everything that was in the store before it was called is in force.
  void catch_up() CHAT_EXCLUDES(mutex_);

 private:
  void apply(const store::AccountChange& change);

  store::Grants& grants_;
  chat::SessionEnder& sessions_;
  Mutex mutex_;
  std::int64_t last_ CHAT_GUARDED_BY(mutex_) = 0;
};

}  // namespace chatserver::app
