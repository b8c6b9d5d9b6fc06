#include "server/authenticator.hpp"

#include <algorithm>
#include <utility>

#include "protocol/text.hpp"

namespace chatserver::server {
namespace {

AuthRefusal no_keys() {
  return {.status = 503, .detail = "the issuer's keys are not available"};
}

}  // namespace

Authenticator::Authenticator(auth::Options options, auth::Policy policy, const auth::KeyRing& keys,
                             auth::KeyRefresher* refresher, const auth::Revocations& revocations,
                             const Clock& clock)
    : options_(std::move(options)),
      policy_(std::move(policy)),
      keys_(keys),
      refresher_(refresher),
      revocations_(revocations),
      clock_(clock) {}

std::expected<Admitted, AuthRefusal> Authenticator::admit(std::string_view token) const {
  const auto keys = keys_.keys(clock_.monotonic());
  if (!keys) return std::unexpected(no_keys());
  auto claims = auth::verify(token, *keys, policy_, clock_.utc());
  if (!claims) return std::unexpected(refuse(claims.error(), 401));
  if (revoked(*claims)) {
    return std::unexpected(AuthRefusal{.status = 401, .detail = std::string(session_is_over)});
  }
  const bool dashboard = claims->authorized_party == options_.dashboard_client;
  if (!dashboard && claims->authorized_party != options_.chat_client) {
    return std::unexpected(AuthRefusal{.status = 401, .detail = "the token is for another application"});
  }
  if (dashboard && std::ranges::find(claims->roles, options_.admin_role) == claims->roles.end()) {
    return std::unexpected(
        AuthRefusal{.status = 403, .detail = "the dashboard needs the administrator's role"});
  }
  if (!protocol::acceptable_username(claims->username)) {
    return std::unexpected(AuthRefusal{.status = 403, .detail = "the user name is not acceptable"});
  }
  return Admitted{.claims = *std::move(claims),
                  .kind = dashboard ? hub::SessionKind::dashboard : hub::SessionKind::chat};
}

std::expected<auth::LogoutClaims, AuthRefusal> Authenticator::check_logout(std::string_view token) const {
  const auto keys = keys_.keys(clock_.monotonic());
  if (!keys) return std::unexpected(no_keys());
  auth::Policy policy = policy_;
  policy.audience = {options_.chat_client, options_.dashboard_client};
  auto claims = auth::verify_logout_token(token, *keys, policy, clock_.utc());
  if (!claims) return std::unexpected(refuse(claims.error(), 400));
  return *std::move(claims);
}

bool Authenticator::revoked(const auth::Claims& claims) const {
  if (revocations_.revoked(claims, clock_.utc())) return true;
  const auto keys = keys_.keys(clock_.monotonic());
  return keys && !claims.kid.empty() && keys->find(claims.kid) == nullptr;
}

AuthRefusal Authenticator::refuse(auth::TokenError error, int status) const {
  const bool unknown = error == auth::TokenError::unknown_key && refresher_ != nullptr;
  return {.status = status, .detail = std::string(auth::name(error)), .unknown_key = unknown};
}

void Authenticator::refresh(std::move_only_function<void()> done) const {
  if (refresher_ == nullptr) return done();
  refresher_->request_refresh(std::move(done));
}

}  // namespace chatserver::server
