#pragma once

#include <string>
#include <string_view>

#include "auth/issuer/keyed_mac.hpp"
#include "base/random.hpp"

namespace chatserver::server {

// Marks browsers that have signed in to an account, so that GuessLimit can tell
// its holder from strangers (OWASP's "device cookies"). It proves that, and lets nobody in.
//
// Threading: any. Lifetime: a browser's mark outlives restarts as long as `mac`'s key does.
class DeviceCookies {
 public:
  DeviceCookies(auth::KeyedMac mac, Random& random) : mac_(mac), random_(random) {}

  // For a browser in which `username` has just signed in.
  [[nodiscard]] std::string issue(std::string_view username) const;

  // The browser's number; empty when the cookie is not of that account.
  [[nodiscard]] std::string device(std::string_view cookie, std::string_view username) const;

 private:
  const auth::KeyedMac mac_;
  Random& random_;
};

}  // namespace chatserver::server
