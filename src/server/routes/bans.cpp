#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "auth/verify.hpp"
#include "protocol/timestamp.hpp"
#include "server/await_callback.hpp"
#include "server/ban_text.hpp"
#include "server/change_refused.hpp"
#include "server/json_body.hpp"
#include "server/looked_up.hpp"
#include "server/number.hpp"
#include "server/page_query.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

constexpr std::size_t reason_chars_max = 256;
constexpr std::int64_t hours_max = 24 * 366 * 100;  // whoever is to stay away longer is banned for good
constexpr NumberRange limit_range{.least = 1, .most = 500, .otherwise = 50};
constexpr NumberRange offset_range{.least = 0, .most = 1'000'000'000, .otherwise = 0};

constexpr std::string_view unknown_ban = "no ban has this id";

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

Task<Response> ban(RouteContext context) {
  const auto order = ban_order(context.request, acting_admin(context));
  if (!order) co_return order.error();
  using Result = std::expected<Ban, cache::ChangeError>;
  const auto start = [&](auto done) { context.services.administration.ban(*order, std::move(done)); };
  const Result banned = co_await await_callback<Result>(context.executor, start);
  if (!banned) co_return change_refused(banned.error(), unknown_ban);
  const boost::json::object answer{{"message", "User banned successfully"},
                                   {"banished", order->banished.value()},
                                   {"reason", order->reason},
                                   {"duration", ban_duration(*banned).value_or("Permanent")}};
  co_return Response{.body = boost::json::serialize(answer)};
}

boost::json::object record_object(const store::BanRecord& record) {
  const Ban& ban = record.ban;
  boost::json::object object{{"id", std::to_string(ban.id.value())},
                             {"owner_id", ban.owner.value()},
                             {"banished_id", ban.banished.value()},
                             {"banished_username", record.banished_username.value_or("[Unknown]")}};
  if (!ban.reason.empty()) object["reason"] = ban.reason;
  object["start"] = protocol::rfc3339(ban.start);
  if (ban.end) object["end"] = protocol::rfc3339(*ban.end);
  if (auto duration = ban_duration(ban)) object["duration"] = *std::move(duration);
  object["pardoned"] = ban.pardoned;
  if (record.pardon) {
    object["pardoned_by"] = record.pardon->by.value();
    object["pardoned_at"] = protocol::rfc3339(record.pardon->at);
  }
  return object;
}

Task<Response> list_bans(RouteContext context) {
  const auto limit = query_number(context.request, "limit", limit_range);
  if (!limit) co_return limit.error();
  const auto offset = query_number(context.request, "offset", offset_range);
  if (!offset) co_return offset.error();
  const auto start = [&](auto done) {
    context.services.lookups.ban_records(static_cast<std::size_t>(*limit), static_cast<std::size_t>(*offset),
                                         std::move(done));
  };
  const auto page = co_await looked_up<store::BanPage>(context, start);
  if (!page) co_return page.error();
  boost::json::array records;
  for (const store::BanRecord& record : page->records) records.push_back(record_object(record));
  const boost::json::object answer{
      {"type", "ban_records_result"},
      {"sender", "server"},
      {"payload", {{"records", std::move(records)}, {"has_more", page->has_more}}}};
  co_return Response{.body = boost::json::serialize(answer)};
}

Task<Response> pardon(RouteContext context) {
  const auto text = context.request.query_value("ban_id");
  const auto number = text ? parse_number(*text) : std::nullopt;
  if (!number || *number < 1 || context.request.query_count("ban_id") != 1)
    co_return problem(400, "ban_id must be one positive number");

  using Result = std::expected<BanId, cache::ChangeError>;
  const auto start = [&](auto done) {
    context.services.administration.pardon(BanId(*number), acting_admin(context), std::move(done));
  };
  const Result pardoned = co_await await_callback<Result>(context.executor, start);
  if (!pardoned) co_return change_refused(pardoned.error(), unknown_ban);
  const boost::json::object answer{{"message", "User pardoned successfully"},
                                   {"ban_id", std::to_string(*number)}};
  co_return Response{.body = boost::json::serialize(answer)};
}

}  // namespace

std::vector<Route> ban_routes() {
  return {{"POST", "/users/ban", Access::admin, ban, any_body_bytes},
          {"DELETE", "/users/ban", Access::admin, pardon},
          {"GET", "/users/bans", Access::admin, list_bans}};
}

}  // namespace chatserver::server
