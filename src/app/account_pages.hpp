#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/issuer/account_links.hpp"
#include "auth/issuer/accounts.hpp"
#include "auth/issuer/password.hpp"
#include "auth/issuer/provider.hpp"
#include "base/async/blocking_pool.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "server/pages/front_door.hpp"
#include "store/store.hpp"

namespace chatserver::app {

// The embedded issuer's pages at work, with the threads that hash their passwords.
//
// Threading: as its parts. Lifetime: everything in `parts` outlives it.
class AccountPages {
 public:
  struct Parts {
    store::Store& store;
    auth::Provider& provider;
    const Clock& clock;
    Random& random;
    Log& log;
  };

  // `device_secret`: see issuer_secrets.hpp.
  AccountPages(const config::Settings& settings, server::Reach reach, std::string_view device_secret,
               const Parts& parts);

  [[nodiscard]] server::FrontDoor& door() noexcept { return door_; }
  [[nodiscard]] BlockingPool& hashing_pool() noexcept { return hashing_pool_; }

  // The link that makes the first admin; none once there is one. It voids the one before.
  [[nodiscard]] std::optional<std::string> new_setup_link();

 private:
  const std::string public_url_;
  auth::PasswordHasher hasher_;
  auth::AccountBook accounts_;
  auth::AccountLinks links_;
  server::FrontDoor door_;
  BlockingPool hashing_pool_;
};

// The addresses of set-up and invite links, below the public URL.
[[nodiscard]] std::string setup_link(std::string_view public_url, std::string_view secret);
[[nodiscard]] std::string invite_link(std::string_view public_url, std::string_view secret);

}  // namespace chatserver::app
