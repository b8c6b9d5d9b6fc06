#include <algorithm>
#include <expected>
#include <limits>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "server/await_callback.hpp"
#include "server/change_refused.hpp"
#include "server/json_body.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

// There is one limit, for everybody; dashboards call it so.
constexpr std::int64_t limit_id = 1;
constexpr std::string_view limit_owner = "default";
constexpr std::string_view unknown_limit = "no rate limit has this id";

Response show_limit(const RouteContext& context) {
  const RateLimit limit = context.services.chat.directory().rate_limit();
  const boost::json::object shown{{"id", limit_id},
                                  {"owner_id", boost::json::string_view(limit_owner)},
                                  {"message_limit", limit.messages},
                                  {"window_seconds", std::int64_t{limit.window.count()}}};
  return {.body = boost::json::serialize(boost::json::object{{"rate_limiter", shown}})};
}

// No limit forbids what is in force: an older server may have stored it, and dashboards send all fields.
std::expected<RateLimit, Response> wanted_limit(const Request& request, const RateLimit& in_force) {
  const auto body = JsonBody::parse(request);
  if (!body) return std::unexpected(body.error());
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  const auto id = body->integer("id", 1, most, JsonBody::Absent::refused);
  if (!id) return std::unexpected(id.error());
  const auto messages_max = std::max(RateLimit::messages_max, in_force.messages);
  const auto messages = body->integer("message_limit", 1, messages_max, JsonBody::Absent::refused);
  if (!messages) return std::unexpected(messages.error());
  const auto window_max = std::max(RateLimit::window_max, in_force.window);
  const auto seconds = body->integer("window_seconds", 1, window_max.count(), JsonBody::Absent::refused);
  if (!seconds) return std::unexpected(seconds.error());
  if (**id != limit_id) return std::unexpected(problem(404, unknown_limit));
  return RateLimit{.messages = **messages, .window = std::chrono::seconds(**seconds)};
}

Task<Response> change_limit(RouteContext context) {
  const auto wanted = wanted_limit(context.request, context.services.chat.directory().rate_limit());
  if (!wanted) co_return wanted.error();
  using Result = std::expected<RateLimit, cache::ChangeError>;
  const auto start = [&](auto done) {
    context.services.administration.set_rate_limit(acting_admin(context), *wanted, std::move(done));
  };
  const Result changed = co_await await_callback<Result>(context.executor, start);
  if (!changed) co_return change_refused(changed.error(), unknown_limit);
  co_return Response{.body = R"({"message":"Rate limit updated"})"};
}

}  // namespace

std::vector<Route> rate_limit_routes() {
  return {{"GET", "/ratelimits", Access::admin, at_once(show_limit)},
          {"PATCH", "/ratelimits", Access::admin, change_limit, any_body_bytes}};
}

}  // namespace chatserver::server
