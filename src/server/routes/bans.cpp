#include <expected>
#include <string>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "auth/verify.hpp"
#include "server/await_callback.hpp"
#include "server/json_body.hpp"
#include "server/number.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

constexpr std::size_t reason_chars_max = 256;
constexpr std::int64_t hours_max = 24 * 366 * 100;  // whoever is to stay away longer is banned for good

Response unavailable() {
  return problem_retry(503, "the database cannot take it just now");
}

std::expected<chat::BanOrder, Response> ban_order(const Request& request, const UserId& owner) {
  const auto body = JsonBody::parse(request);
  if (!body) return std::unexpected(body.error());
  auto banished = body->text("banished_id", auth::subject_bytes_max, JsonBody::Absent::refused);
  if (!banished) return std::unexpected(std::move(banished.error()));
  if ((*banished)->empty()) return std::unexpected(problem(400, "banished_id must not be empty"));
  auto reason = body->text("reason", reason_chars_max, JsonBody::Absent::allowed);
  if (!reason) return std::unexpected(std::move(reason.error()));
  const auto hours = body->integer("duration", 0, hours_max, JsonBody::Absent::allowed);
  if (!hours) return std::unexpected(hours.error());

  chat::BanOrder order{.owner = owner,
                       .banished = UserId(**std::move(banished)),
                       .reason = reason->value_or(""),
                       .duration = std::nullopt};
  if (hours->value_or(0) > 0) order.duration = std::chrono::hours(**hours);
  if (order.banished == owner) return std::unexpected(problem(409, "you cannot ban yourself"));
  return order;
}

std::string duration_text(const std::optional<std::chrono::hours>& duration) {
  if (!duration) return "Permanent";
  return fmt::format("{} {}", duration->count(), duration->count() == 1 ? "hour" : "hours");
}

Task<Response> ban(RouteContext context) {
  const auto order = ban_order(context.request, context.claims->subject);
  if (!order) co_return order.error();
  using Result = std::expected<Ban, cache::ChangeError>;
  const auto start = [&](auto done) { context.services.administration.ban(*order, std::move(done)); };
  const Result banned = co_await await_callback<Result>(context.executor, start);
  if (!banned) co_return unavailable();
  const boost::json::object answer{{"message", "User banned successfully"},
                                   {"banished", order->banished.value()},
                                   {"reason", order->reason},
                                   {"duration", duration_text(order->duration)}};
  co_return Response{.body = boost::json::serialize(answer)};
}

Task<Response> pardon(RouteContext context) {
  const auto text = context.request.query_value("ban_id");
  const auto number = text ? parse_number(*text) : std::nullopt;
  if (!number || *number < 1 || context.request.query_count("ban_id") != 1)
    co_return problem(400, "ban_id must be one positive number");

  using Result = std::expected<BanId, cache::ChangeError>;
  const auto start = [&](auto done) {
    context.services.administration.pardon(BanId(*number), std::move(done));
  };
  const Result pardoned = co_await await_callback<Result>(context.executor, start);
  if (!pardoned && pardoned.error() == cache::ChangeError::not_found)
    co_return problem(404, "no ban has this id");
  if (!pardoned) co_return unavailable();
  const boost::json::object answer{{"message", "User pardoned successfully"},
                                   {"ban_id", std::to_string(*number)}};
  co_return Response{.body = boost::json::serialize(answer)};
}

}  // namespace

std::vector<Route> ban_routes() {
  return {{"POST", "/users/ban", Access::admin, ban}, {"DELETE", "/users/ban", Access::admin, pardon}};
}

}  // namespace chatserver::server
