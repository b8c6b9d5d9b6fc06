#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/issuer/authorization.hpp"
#include "auth/issuer/clients.hpp"
#include "auth/issuer/issuer.hpp"
#include "auth/issuer/parameters.hpp"
#include "auth/issuer/token_error_code.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/accounts.hpp"
#include "store/grants.hpp"

namespace chatserver::auth {

class KeyRing;
class Revocations;

// How long what the provider grants lasts.
struct Lifetimes {
  std::chrono::seconds code{60};
  std::chrono::seconds access_token{300};
  std::chrono::hours session_idle{24 * 14};  // a browser session that nobody uses
  std::chrono::hours session_max{24 * 90};   // one that is used
  std::chrono::hours refresh_idle{24 * 14};  // as above, of a refresh token's family
  std::chrono::hours refresh_max{24 * 90};
};

// Somebody who is signed in in the browser that asks.
struct SignedIn {
  store::BrowserSession session;
  store::Account account;
};

// A new browser session; `secret` is for the cookie and nowhere else.
struct NewSession {
  std::string secret;
  SignedIn signed_in;
};

// RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3.
struct TokenAnswer {
  std::string access_token;
  std::chrono::seconds expires_in;
  std::string refresh_token;
  std::chrono::seconds refresh_expires_in;
  std::string id_token;  // empty: without scope `openid`
  std::string scope;
};

// OpenID Connect Core, section 5.3.
struct UserInfo {
  UserId subject;
  std::string username;
};
enum class UserInfoError {
  invalid_token,
  insufficient_scope,  // it is no token of an OpenID sign-in
};

// What a request to sign out asks for (OpenID Connect RP-Initiated Logout 1.0).
struct LogoutRequest {
  // Whose login the client means: of an `id_token_hint` that is ours, though it may
  // have expired. None: whoever has the browser's session, once that person has confirmed it.
  struct Hint {
    std::string sid;
    UserId user;
  };
  std::optional<Hint> hint;
  std::optional<Redirect> afterwards;  // with `state`; none: the signed-out page
};
enum class LogoutFault {
  unknown_client,        // or another one than the hint's
  foreign_redirect_uri,  // or one without client
  repeated_parameter,
};
[[nodiscard]] std::string_view text(LogoutFault fault) noexcept;

// The embedded OpenID provider: decides who is sent where with which code, and
// which tokens are given for it. Knows nothing of HTML, cookies or HTTP.
//
// Threading: any; all calls but check() and step() block on the store, and signing takes
// about a millisecond: never on a shard. Errors: throws store::Unavailable.
// Lifetime: everything given by reference outlives it.
class Provider {
 public:
  struct Parts {
    store::Accounts& accounts;
    store::Grants& grants;
    const Issuer& issuer;
    const KeyRing& keys;  // that the issuer's tokens are verified with
    const Revocations& revocations;
    const Clock& clock;
    Random& random;
  };

  // `tokens_ended` is called, on the caller's thread, after something ended tokens that may
  // still run: it finds what in the store's account changes.
  Provider(Clients clients, Lifetimes lifetimes, const Parts& parts, std::function<void()> tokens_ended);

  [[nodiscard]] const Issuer& issuer() const noexcept { return parts_.issuer; }
  [[nodiscard]] const Clients& clients() const noexcept { return clients_; }
  [[nodiscard]] const Lifetimes& lifetimes() const noexcept { return lifetimes_; }

  // --- the authorization endpoint -------------------------------------------
  [[nodiscard]] std::expected<AuthorizationRequest, AuthorizationRefusal> check(
      const Parameters& parameters) const;
  // What is to happen next; an error as the redirect that tells the client.
  [[nodiscard]] std::expected<NextStep, Redirect> step(const AuthorizationRequest& request,
                                                       const std::optional<SignedIn>& signed_in) const;
  // The answer with a code. None when the session has ended meanwhile: sign in again.
  [[nodiscard]] std::optional<Redirect> grant(const AuthorizationRequest& request, const SignedIn& signed_in);
  // The answer of a person who does not want to.
  [[nodiscard]] Redirect deny(const AuthorizationRequest& request) const;

  // --- browser sessions -----------------------------------------------------
  // For the holder of `account`, whose password was found right. `began`: before the account
  // was read. `before`: who was signed in in this browser until now; of the same account, the
  // login goes on, under its `sid` and with a new secret; of another, it ends. None when the
  // account was changed or disabled since; then `before` is as it was.
  [[nodiscard]] std::optional<NewSession> open_session(const store::Account& account, Timestamp began,
                                                       const std::optional<SignedIn>& before = {});
  // Whose session the cookie's secret is; counts as use.
  [[nodiscard]] std::optional<SignedIn> find_session(std::string_view secret);
  // Ends a login, its refresh tokens and its access tokens everywhere.
  void end_login(std::string_view sid, const UserId& user);
  // For whoever has changed an account in the store: its tokens are refused when this returns.
  void account_changed() const { tokens_ended_(); }

  // --- what clients call ----------------------------------------------------
  // The token endpoint: grants `authorization_code` and `refresh_token`.
  [[nodiscard]] std::expected<TokenAnswer, TokenRequestError> token(const Parameters& form);
  // RFC 7009. An unknown token is as good as revoked.
  [[nodiscard]] std::expected<void, TokenRequestError> revoke(const Parameters& form);
  // Of whose access token it is, which also the revocations must let pass.
  [[nodiscard]] std::expected<UserInfo, UserInfoError> user_info(std::string_view access_token);
  [[nodiscard]] std::expected<LogoutRequest, LogoutFault> check_logout(const Parameters& parameters) const;

 private:
  [[nodiscard]] std::expected<TokenAnswer, TokenRequestError> redeem_code(const Client& client,
                                                                          const Parameters& form);
  [[nodiscard]] std::expected<TokenAnswer, TokenRequestError> refresh(const Client& client,
                                                                      const Parameters& form);

  // What the tokens of one answer have in common.
  struct Grant {
    const store::RefreshFamily& family;
    const std::string& scope;
    std::string refresh_token;
    std::string nonce;
  };
  [[nodiscard]] TokenAnswer answer(const store::Account& account, Grant grant, Timestamp now) const;
  [[nodiscard]] std::optional<store::Account> active_account(const UserId& id) const;

  const Clients clients_;
  const Lifetimes lifetimes_;
  const Parts parts_;
  const std::function<void()> tokens_ended_;
};

}  // namespace chatserver::auth
