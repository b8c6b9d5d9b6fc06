#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "auth/verify.hpp"
#include "protocol/server_frame.hpp"
#include "protocol/text.hpp"
#include "server/await_callback.hpp"
#include "server/number.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

constexpr std::int64_t limit_default = 50;
constexpr std::int64_t limit_max = 500;
constexpr std::int64_t offset_max = 1'000'000;  // who wants more goes on with `before`
constexpr std::size_t keyword_chars_max = 256;
constexpr std::size_t channels_max = 100;
constexpr int retry_after_seconds = 2;

// The text of a parameter; none when it is absent or empty, as forms send what nobody filled in.
using Text = std::expected<std::optional<std::string>, Response>;
Text text_of(const Request& request, std::string_view name) {
  if (request.query_count(name) > 1) {
    return std::unexpected(problem(400, fmt::format("{} must be given once", name)));
  }
  const auto value = request.query_value(name);
  if (!value || value->empty()) return std::nullopt;
  return std::string(*value);
}

struct Bounds {
  std::int64_t least;
  std::int64_t most;
};

// The number of a parameter; none when it is absent.
std::expected<std::optional<std::int64_t>, Response> number_of(const Request& request, std::string_view name,
                                                               Bounds bounds) {
  if (request.query_count(name) == 0) return std::nullopt;
  const auto number = parse_number(*request.query_value(name));
  if (request.query_count(name) > 1 || !number || *number < bounds.least || *number > bounds.most) {
    return std::unexpected(
        problem(400, fmt::format("{} must be one number from {} to {}", name, bounds.least, bounds.most)));
  }
  return number;
}

std::expected<store::MessageQuery, Response> filters_of(const Request& request) {
  store::MessageQuery query;
  auto keyword = text_of(request, "keyword");
  if (!keyword) return std::unexpected(std::move(keyword.error()));
  if (*keyword && protocol::count_code_points(**keyword) > keyword_chars_max) {
    return std::unexpected(
        problem(400, fmt::format("keyword must have at most {} characters", keyword_chars_max)));
  }
  query.keyword = *std::move(keyword);

  auto user = text_of(request, "user_id");
  if (!user) return std::unexpected(std::move(user.error()));
  if (*user && (*user)->size() > auth::subject_bytes_max) {
    return std::unexpected(
        problem(400, fmt::format("user_id must have at most {} bytes", auth::subject_bytes_max)));
  }
  if (*user) query.author = UserId(**std::move(user));

  if (request.query_count("channel") > channels_max) {
    return std::unexpected(problem(400, fmt::format("channel must be given at most {} times", channels_max)));
  }
  for (const auto& [name, value] : request.query) {
    if (name == "channel" && !value.empty()) query.channels.push_back(value);
  }
  return query;
}

std::expected<store::MessageQuery, Response> message_query(const Request& request) {
  auto query = filters_of(request);
  if (!query) return query;
  const auto limit = number_of(request, "limit", {.least = 1, .most = limit_max});
  if (!limit) return std::unexpected(limit.error());
  const auto offset = number_of(request, "offset", {.least = 0, .most = offset_max});
  if (!offset) return std::unexpected(offset.error());
  const auto before =
      number_of(request, "before", {.least = 1, .most = std::numeric_limits<std::int64_t>::max()});
  if (!before) return std::unexpected(before.error());
  query->limit = static_cast<std::size_t>(limit->value_or(limit_default));
  query->offset = static_cast<std::size_t>(offset->value_or(0));
  if (*before) query->before = CacheId(**before);
  return query;
}

Task<Response> search_messages(RouteContext context) {
  const auto query = message_query(context.request);
  if (!query) co_return query.error();
  using Page = std::optional<store::MessagePage>;
  const auto start = [&](auto done) { context.services.chat.search(*query, std::move(done)); };
  const Page page = co_await await_callback<Page>(context.executor, start);
  if (!page) co_return problem_retry(503, "messages cannot be searched just now", retry_after_seconds);
  const protocol::SearchResult result{.messages = page->messages, .has_more = page->has_more};
  co_return Response{.body = protocol::message_search_result(result)};
}

}  // namespace

std::vector<Route> search_routes() {
  return {{"GET", "/messages", Access::admin, search_messages}};
}

}  // namespace chatserver::server
