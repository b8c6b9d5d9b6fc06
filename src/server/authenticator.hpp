#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "auth/claims.hpp"
#include "auth/key_refresher.hpp"
#include "auth/key_ring.hpp"
#include "auth/logout_token.hpp"
#include "auth/options.hpp"
#include "auth/revocations.hpp"
#include "auth/verify.hpp"
#include "base/clock.hpp"
#include "hub/session.hpp"

namespace chatserver::server {

// Who a token lets in, and as what.
struct Admitted {
  auth::Claims claims;
  hub::SessionKind kind = hub::SessionKind::chat;
};

// Why a token does not: an HTTP status, and a phrase without anything out of the token.
struct AuthRefusal {
  int status = 401;  // 401, 403 or 503, unless it is said otherwise
  std::string detail;
  bool unknown_key = false;  // worth a second try after Authenticator::refresh()
};

// What a token gets that was good once.
inline constexpr std::string_view session_is_over = "the session is over";

// The one place that decides what a token is good for.
//
// Threading: any.
class Authenticator {
 public:
  // `refresher` null: the keys are made by this process.
  Authenticator(auth::Options options, auth::Policy policy, const auth::KeyRing& keys,
                auth::KeyRefresher* refresher, const auth::Revocations& revocations, const Clock& clock);

  [[nodiscard]] std::expected<Admitted, AuthRefusal> admit(std::string_view token) const;

  // An issuer's word that somebody has signed out of one of our clients; a
  // refusal's status is 400 or 503.
  [[nodiscard]] std::expected<auth::LogoutClaims, AuthRefusal> check_logout(std::string_view token) const;

  // For whoever was admitted a moment ago: whether that has been taken back since.
  [[nodiscard]] bool revoked(const auth::Claims& claims) const;

  // Fetches the keys again if that is due; `done` runs on any thread.
  void refresh(std::move_only_function<void()> done) const;

  [[nodiscard]] bool keys_usable() const { return keys_.usable(clock_.monotonic()); }
  [[nodiscard]] const auth::Policy& policy() const noexcept { return policy_; }
  [[nodiscard]] const auth::Options& options() const noexcept { return options_; }

 private:
  // As `status`; with a second try where another fetch of the keys may help.
  [[nodiscard]] AuthRefusal refuse(auth::TokenError error, int status) const;

  const auth::Options options_;
  const auth::Policy policy_;
  const auth::KeyRing& keys_;
  auth::KeyRefresher* const refresher_;
  const auth::Revocations& revocations_;
  const Clock& clock_;
};

}  // namespace chatserver::server
