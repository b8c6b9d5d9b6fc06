#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "server/form.hpp"
#include "server/fresh_keys.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

// OpenID Connect Back-Channel Logout 1.0, section 2.8; nothing out of the token.
Response refusal(std::string_view detail) {
  const boost::json::object body{{"error", "invalid_request"},
                                 {"error_description", boost::json::string_view(detail)}};
  return {.status = 400, .body = boost::json::serialize(body)};
}

void end_what_is_over(const auth::LogoutClaims& claims, Services& services, LogoutParts parts) {
  if (!claims.session_id.empty()) {
    parts.logouts.end_login(claims.session_id, claims.subject, services.clock.utc());
  } else {
    // Up to when it was said: who has signed in again meanwhile keeps the new token.
    parts.logouts.end_subject(*claims.subject, claims.issued_at);
  }
  services.log.info("signed out at the issuer",
                    {{"user", claims.subject ? claims.subject->value() : std::string("-")},
                     {"what", claims.session_id.empty() ? "all logins" : "one login"}});
}

Task<Response> log_out(RouteContext context, LogoutParts parts) {
  Services& services = context.services;
  const auto form = body_form(context.request);
  if (!form) co_return refusal("a form is needed");
  const std::string* token = only_value(*form, "logout_token");
  if (token == nullptr) co_return refusal("one logout_token is needed");

  const auto check = [&] { return services.authenticator.check_logout(*token); };
  const auto claims = co_await with_fresh_keys(check, services.authenticator, context.executor);
  if (!claims) {
    const AuthRefusal& refused = claims.error();
    if (refused.status == 503) co_return problem_retry(503, refused.detail);
    co_return refusal(refused.detail);
  }
  const Timestamp until = claims->expires_at + services.authenticator.policy().leeway;
  if (!parts.seen.use(claims->token_id, until, services.clock.utc())) {
    co_return refusal("the token was used before");
  }
  end_what_is_over(*claims, services, parts);
  co_return Response{.status = 200, .content_type = {}, .body = {}};
}

}  // namespace

std::vector<Route> backchannel_logout_routes(LogoutParts parts) {
  const auto answer = [parts](RouteContext context) -> Task<Response> {
    Response response = co_await log_out(context, parts);
    response.headers.emplace_back("Cache-Control", "no-store");
    co_return response;
  };
  return {{"POST", "/backchannel-logout", Access::everybody, answer, any_body_bytes}};
}

}  // namespace chatserver::server
