#include <optional>
#include <utility>
#include <vector>

#include "protocol/server_frame.hpp"
#include "server/looked_up.hpp"
#include "server/page_query.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

Task<Response> session_activity(RouteContext context) {
  const auto id = query_text(context.request, "user_id");
  if (!id) co_return id.error();
  std::optional<UserId> user;
  if (*id && !(*id)->empty()) user = UserId(**id);
  const auto start = [&](auto done) { context.services.lookups.session_days(user, std::move(done)); };
  const auto days = co_await looked_up<std::vector<SessionDay>>(context, start);
  if (!days) co_return days.error();
  co_return Response{.body = protocol::session_activity(*days)};
}

Task<Response> message_counts(RouteContext context) {
  const auto start = [&](auto done) { context.services.lookups.message_counts(std::move(done)); };
  const auto counts = co_await looked_up<std::vector<ChannelCount>>(context, start);
  if (!counts) co_return counts.error();
  co_return Response{.body = protocol::message_count_by_channel(*counts)};
}

}  // namespace

std::vector<Route> activity_routes() {
  return {{"GET", "/activity/sessions", Access::admin, session_activity},
          {"GET", "/activity/channels", Access::admin, message_counts}};
}

}  // namespace chatserver::server
