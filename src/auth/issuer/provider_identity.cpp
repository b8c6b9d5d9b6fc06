#include <utility>

#include "auth/access_claims.hpp"
#include "auth/issuer/provider.hpp"
#include "auth/issuer/query.hpp"
#include "auth/issuer/scope.hpp"
#include "auth/json.hpp"
#include "auth/key_ring.hpp"
#include "auth/revocations.hpp"
#include "auth/signed_token.hpp"

namespace chatserver::auth {
namespace {

std::string text_of(const boost::json::object& object, std::string_view name) {
  const auto* text = string_member(object, name);
  return text ? std::string(*text) : std::string();
}

// What an ID token of ours says about whose it is; its time does not matter
// (OpenID Connect RP-Initiated Logout 1.0, section 2).
struct IdTokenHint {
  std::string client;
  std::string sid;
  UserId user;
};

std::optional<IdTokenHint> read_hint(std::string_view token, const KeySet& keys, std::string_view issuer) {
  const auto jws = verify_signature(token, keys);
  if (!jws) return std::nullopt;
  const auto payload = parse_json_object(jws->payload);
  if (!payload || text_of(*payload, "typ") != "ID" || text_of(*payload, "iss") != issuer) return std::nullopt;
  IdTokenHint hint{.client = text_of(*payload, "aud"),
                   .sid = text_of(*payload, "sid"),
                   .user = UserId(text_of(*payload, "sub"))};
  if (hint.sid.empty() || hint.user.value().empty()) return std::nullopt;
  return hint;
}

}  // namespace

std::string_view text(LogoutFault fault) noexcept {
  switch (fault) {
    case LogoutFault::unknown_client:
      return "The application that wants to sign you out is not known to this server.";
    case LogoutFault::foreign_redirect_uri:
      return "The application that wants to sign you out sends you to an address that is not its own.";
    case LogoutFault::repeated_parameter:
      break;
  }
  return "The application that wants to sign you out asked in a way that can be understood in two.";
}

std::expected<UserInfo, UserInfoError> Provider::user_info(std::string_view access_token) {
  const auto keys = parts_.keys.keys(parts_.clock.monotonic());
  const Timestamp now = parts_.clock.utc();
  const auto jws = keys ? verify_signature(access_token, *keys) : std::unexpected(TokenError::unknown_key);
  if (!jws) return std::unexpected(UserInfoError::invalid_token);
  const auto claims = read_access_claims(jws->payload, jws->type, {.issuer = parts_.issuer.url()}, now);
  if (!claims || parts_.revocations.revoked(*claims, now)) {
    return std::unexpected(UserInfoError::invalid_token);
  }
  const auto account = active_account(claims->subject);
  if (!account) return std::unexpected(UserInfoError::invalid_token);
  if (!has_scope(text_of(*parse_json_object(jws->payload), "scope"), "openid")) {
    return std::unexpected(UserInfoError::insufficient_scope);
  }
  return UserInfo{.subject = account->id, .username = account->username};
}

std::expected<LogoutRequest, LogoutFault> Provider::check_logout(const Parameters& parameters) const {
  for (const auto* name : {"id_token_hint", "client_id", "post_logout_redirect_uri", "state"}) {
    if (parameters.repeats(name)) return std::unexpected(LogoutFault::repeated_parameter);
  }
  LogoutRequest request;
  std::string client_id = parameters.text("client_id");
  const auto keys = parts_.keys.keys(parts_.clock.monotonic());
  const auto hint =
      keys ? read_hint(parameters.text("id_token_hint"), *keys, parts_.issuer.url()) : std::nullopt;
  if (hint) {
    if (!client_id.empty() && client_id != hint->client) return std::unexpected(LogoutFault::unknown_client);
    client_id = hint->client;
    request.hint = {.sid = hint->sid, .user = hint->user};
  }
  const Client* client = clients_.find(client_id);
  if (!client && !client_id.empty()) return std::unexpected(LogoutFault::unknown_client);

  if (const auto uri = parameters.find("post_logout_redirect_uri")) {
    const bool ours = client && match_redirect(*client, *uri) != RedirectMatch::foreign;
    const std::string state = parameters.text("state");
    if (!ours || state.size() > state_bytes_max) return std::unexpected(LogoutFault::foreign_redirect_uri);
    request.afterwards = Redirect{std::string(*uri)};
    append_parameter(request.afterwards->location, "state", state);
  }
  return request;
}

}  // namespace chatserver::auth
