#include <cstdint>
#include <expected>
#include <limits>
#include <utility>
#include <vector>

#include "server/await_callback.hpp"
#include "server/change_refused.hpp"
#include "server/json_body.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

// More than fit on any screen; what is deleted at once holds up the messages of everybody.
constexpr std::size_t ids_max = 1000;

std::expected<std::vector<CacheId>, Response> ids_of(const Request& request) {
  const auto body = JsonBody::parse(request);
  if (!body) return std::unexpected(body.error());
  const auto numbers = body->integers("ids", 1, std::numeric_limits<std::int64_t>::max(), ids_max);
  if (!numbers) return std::unexpected(numbers.error());
  std::vector<CacheId> ids;
  for (const std::int64_t number : *numbers) ids.emplace_back(number);
  return ids;
}

Task<Response> delete_messages(RouteContext context) {
  const auto ids = ids_of(context.request);
  if (!ids) co_return ids.error();
  using Deleted = std::expected<std::size_t, cache::ChangeError>;
  const auto start = [&](auto done) {
    context.services.administration.delete_messages(*ids, acting_admin(context), std::move(done));
  };
  const Deleted deleted = co_await await_callback<Deleted>(context.executor, start);
  if (!deleted) co_return change_refused(deleted.error(), "none of these messages is there");
  co_return Response{.status = 204, .content_type = {}, .body = {}};
}

}  // namespace

std::vector<Route> message_deletion_routes() {
  return {{"DELETE", "/messages", Access::admin, delete_messages, any_body_bytes}};
}

}  // namespace chatserver::server
