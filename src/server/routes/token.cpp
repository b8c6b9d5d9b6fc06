#include <string>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "server/answer_on_pool.hpp"
#include "server/form.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

constexpr std::string_view token_path = "/realms/chat/protocol/openid-connect/token";
constexpr std::string_view revoke_path = "/realms/chat/protocol/openid-connect/revoke";

// RFC 6749, section 5.1: whatever holds tokens is stored by nobody in between.
Response unstored(Response response) {
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Response success(const auth::TokenAnswer& answer) {
  boost::json::object body{{"access_token", answer.access_token},
                           {"token_type", "Bearer"},
                           {"expires_in", answer.expires_in.count()},
                           {"refresh_token", answer.refresh_token},
                           {"refresh_expires_in", answer.refresh_expires_in.count()},
                           {"scope", answer.scope}};
  if (!answer.id_token.empty()) body["id_token"] = answer.id_token;
  return unstored({.body = boost::json::serialize(body)});
}

// RFC 6749, section 5.2.
Response failure(const auth::TokenRequestError& error) {
  const bool unknown_client = error.code == auth::TokenErrorCode::invalid_client;
  const boost::json::object body{{"error", boost::json::string_view(name(error.code))},
                                 {"error_description", error.description}};
  return unstored({.status = unknown_client ? 401 : 400, .body = boost::json::serialize(body)});
}

// The code of RFC 6749 beside what every 415 says: its clients look for that.
Response wrong_type() {
  const auto code = boost::json::string_view(name(auth::TokenErrorCode::invalid_request));
  return unstored(problem(415, "a form is needed: application/x-www-form-urlencoded", {{"error", code}}));
}

Response malformed() {
  return failure({.code = auth::TokenErrorCode::invalid_request,
                  .description = "the form is not percent-encoded UTF-8"});
}

// Public clients name themselves in the form; RFC 6749 section 5.2 wants the scheme named that failed.
Response no_credentials() {
  Response response = failure({.code = auth::TokenErrorCode::invalid_client,
                               .description = "clients have no secret: name client_id alone"});
  response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"chat\"");
  return response;
}

// A route whose form `respond` answers, on the pool.
template <class Respond>
Route form_route(std::string_view path, ProviderParts parts, Respond respond) {
  const auto handler = [parts, respond](RouteContext context) -> Task<Response> {
    if (context.request.header("authorization")) co_return no_credentials();
    if (!is_form(context.request)) co_return wrong_type();
    auto form = body_form(context.request);
    if (!form) co_return malformed();
    std::move_only_function<Response()> answer = [parts, respond, form = *std::move(form)] {
      return respond(parts.provider, form);
    };
    co_return co_await answer_on_pool(parts.pool, context, std::move(answer));
  };
  return {"POST", path, Access::everybody, handler, any_body_bytes};
}

}  // namespace

std::vector<Route> token_routes(ProviderParts parts) {
  const auto token = [](auth::Provider& provider, const Form& form) {
    const auto answer = provider.token(form);
    return answer ? success(*answer) : failure(answer.error());
  };
  const auto revoke = [](auth::Provider& provider, const Form& form) {
    const auto revoked = provider.revoke(form);
    return revoked ? unstored({.status = 200, .content_type = {}, .body = {}}) : failure(revoked.error());
  };
  return {form_route(token_path, parts, token), form_route(revoke_path, parts, revoke)};
}

}  // namespace chatserver::server
