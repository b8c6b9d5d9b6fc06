#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "auth/issuer/accounts.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/grants.hpp"

namespace chatserver::auth {

inline constexpr std::chrono::hours setup_link_life{24};

// Who may make an account, how often, and for how long.
struct InviteTerms {
  std::int64_t uses = 1;
  std::chrono::seconds ttl{std::chrono::hours{24 * 7}};
};

// Links that make accounts where nobody may just sign up: the one set-up link,
// which makes the first admin, and invites. Their secrets are kept hashed.
//
// Threading: any; calls block on the store and on hashing. Errors: throws store::Unavailable.
class AccountLinks {
 public:
  AccountLinks(AccountBook& book, store::Grants& grants, const Clock& clock, Random& random)
      : book_(book), grants_(grants), clock_(clock), random_(random) {}

  // The secret of a new set-up link, which voids the one before. None once there is an admin.
  [[nodiscard]] std::optional<std::string> new_setup_link();
  [[nodiscard]] bool setup_link_valid(std::string_view secret);
  // The first admin; the link is used up with it, and not before.
  [[nodiscard]] std::expected<store::Account, AccountError> set_up(std::string_view secret,
                                                                   std::string_view name,
                                                                   std::string_view password);

  [[nodiscard]] std::string new_invite(const InviteTerms& terms);
  [[nodiscard]] bool invite_valid(std::string_view secret);
  // Takes one use of the invite with the account, or neither.
  [[nodiscard]] std::expected<store::Account, AccountError> accept_invite(std::string_view secret,
                                                                          std::string_view name,
                                                                          std::string_view password);

 private:
  AccountBook& book_;
  store::Grants& grants_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace chatserver::auth
