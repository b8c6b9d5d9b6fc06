#include "auth/issuer/provider.hpp"

#include <algorithm>
#include <utility>

#include "auth/issuer/secret.hpp"
#include "auth/issuer/uuid.hpp"

namespace chatserver::auth {
namespace {

// Use of a session is written down no more often: most requests then only read.
constexpr std::chrono::hours session_use_granularity{1};

}  // namespace

Provider::Provider(Clients clients, Lifetimes lifetimes, const Parts& parts,
                   std::function<void()> tokens_ended)
    : clients_(std::move(clients)),
      lifetimes_(lifetimes),
      parts_(parts),
      tokens_ended_(std::move(tokens_ended)) {}

std::expected<AuthorizationRequest, AuthorizationRefusal> Provider::check(
    const Parameters& parameters) const {
  return check_authorization_request(parameters, clients_, parts_.issuer.url());
}

std::expected<NextStep, Redirect> Provider::step(const AuthorizationRequest& request,
                                                 const std::optional<SignedIn>& signed_in) const {
  const auto since = signed_in ? std::optional(signed_in->session.created_at) : std::nullopt;
  const auto step = next_step(request, since, parts_.clock.utc());
  if (!step) {
    return std::unexpected(
        error_redirect(request, step.error(), "prompt=none, but somebody is needed", parts_.issuer.url()));
  }
  return *step;
}

std::optional<Redirect> Provider::grant(const AuthorizationRequest& request, const SignedIn& signed_in) {
  const std::string code = make_secret(parts_.random);
  const bool added = parts_.grants.add_code({.code = hash_of(code),
                                             .client = request.client,
                                             .redirect_uri = request.redirect_uri,
                                             .user = signed_in.account.id,
                                             .sid = signed_in.session.sid,
                                             .nonce = request.nonce,
                                             .scope = request.scope,
                                             .challenge = request.challenge,
                                             .authenticated_at = signed_in.session.created_at,
                                             .expires_at = parts_.clock.utc() + lifetimes_.code});
  if (!added) return std::nullopt;
  return code_redirect(request, code, parts_.issuer.url());
}

Redirect Provider::deny(const AuthorizationRequest& request) const {
  return error_redirect(request, AuthorizationError::access_denied, "the person does not want to",
                        parts_.issuer.url());
}

std::optional<NewSession> Provider::open_session(const store::Account& account, Timestamp began,
                                                 const std::optional<SignedIn>& before) {
  const bool goes_on = before && before->account.id == account.id;
  NewSession opened{.secret = make_secret(parts_.random), .signed_in = {.session = {}, .account = account}};
  opened.signed_in.session = {.id = hash_of(opened.secret),
                              .sid = goes_on ? before->session.sid : make_uuid(parts_.random),
                              .user = account.id,
                              .created_at = began,
                              .last_used_at = began,
                              .expires_at = began + lifetimes_.session_idle};
  if (!parts_.grants.add_session(opened.signed_in.session)) return std::nullopt;
  if (before && !goes_on) end_login(before->session.sid, before->account.id);
  return opened;
}

std::optional<SignedIn> Provider::find_session(std::string_view secret) {
  const Timestamp now = parts_.clock.utc();
  auto session = parts_.grants.find_session(hash_of(secret), now);
  if (!session) return std::nullopt;
  auto account = active_account(session->user);
  if (!account) return std::nullopt;
  if (now - session->last_used_at >= session_use_granularity) {
    session->last_used_at = now;
    session->expires_at =
        std::min<Timestamp>(now + lifetimes_.session_idle, session->created_at + lifetimes_.session_max);
    parts_.grants.touch_session(session->id, now, session->expires_at);
  }
  return SignedIn{.session = *std::move(session), .account = *std::move(account)};
}

void Provider::end_login(std::string_view sid, const UserId& user) {
  parts_.grants.end_login(sid, user, parts_.clock.utc());
  tokens_ended_();
}

std::optional<store::Account> Provider::active_account(const UserId& id) const {
  auto account = parts_.accounts.find_account_by_id(id);
  if (!account || account->disabled) return std::nullopt;
  return account;
}

}  // namespace chatserver::auth
