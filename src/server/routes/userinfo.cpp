#include <string>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "server/answer_on_pool.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

constexpr std::string_view userinfo_path = "/realms/chat/protocol/openid-connect/userinfo";

// RFC 6750, section 3.1.
Response insufficient_scope() {
  Response response = problem(403, "the token was not given for scope openid");
  response.headers.emplace_back("WWW-Authenticate", R"(Bearer error="insufficient_scope", scope="openid")");
  return response;
}

Response respond(auth::Provider& provider, std::string_view token) {
  const auto info = provider.user_info(token);
  if (!info) {
    return info.error() == auth::UserInfoError::insufficient_scope
               ? insufficient_scope()
               : invalid_token("the token is not valid here, or no more");
  }
  const boost::json::object body{{"sub", info->subject.value()}, {"preferred_username", info->username}};
  Response response{.body = boost::json::serialize(body)};
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace

std::vector<Route> userinfo_routes(ProviderParts parts) {
  const auto handler = [parts](RouteContext context) -> Task<Response> {
    auto token = bearer_token(context.request);
    if (!token) co_return invalid_token("a bearer token is needed");
    std::move_only_function<Response()> answer = [parts, token = *std::move(token)] {
      return respond(parts.provider, token);
    };
    co_return co_await answer_on_pool(parts.pool, context, std::move(answer));
  };
  return {{"GET", userinfo_path, Access::everybody, handler},
          {"POST", userinfo_path, Access::everybody, handler}};
}

}  // namespace chatserver::server
