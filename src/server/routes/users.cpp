#include <expected>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "server/looked_up.hpp"
#include "server/page_query.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

constexpr NumberRange limit_range{.least = 1, .most = 200, .otherwise = 50};

struct UserQuery {
  std::string username;
  store::NameMatch match;
  std::size_t limit;
};

std::expected<UserQuery, Response> user_query(const Request& request) {
  auto username = query_text(request, "username");
  if (!username) return std::unexpected(std::move(username.error()));
  if (!*username) return std::unexpected(problem(400, "username is missing"));
  const auto match = query_text(request, "match");
  if (!match) return std::unexpected(match.error());
  const std::string wanted = match->value_or("exact");
  if (wanted != "exact" && wanted != "prefix")
    return std::unexpected(problem(400, "match must be exact or prefix"));
  const auto limit = query_number(request, "limit", limit_range);
  if (!limit) return std::unexpected(limit.error());
  return UserQuery{.username = **std::move(username),
                   .match = wanted == "prefix" ? store::NameMatch::prefix : store::NameMatch::exact,
                   .limit = static_cast<std::size_t>(*limit)};
}

Task<Response> find_users(RouteContext context) {
  const auto query = user_query(context.request);
  if (!query) co_return query.error();
  const auto start = [&](auto done) {
    context.services.lookups.find_users(query->username, query->match, query->limit, std::move(done));
  };
  const auto found = co_await looked_up<std::vector<User>>(context, start);
  if (!found) co_return found.error();
  boost::json::array users;
  for (const User& user : *found) {
    users.push_back({{"id", user.id.value()},
                     {"username", user.username},
                     {"is_banned", context.services.chat.ban_of(user.id).has_value()}});
  }
  const boost::json::object answer{
      {"type", "user_search_result"}, {"sender", "server"}, {"payload", {{"users", std::move(users)}}}};
  co_return Response{.body = boost::json::serialize(answer)};
}

}  // namespace

std::vector<Route> user_routes() {
  return {{"GET", "/users", Access::admin, find_users}};
}

}  // namespace chatserver::server
