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
#include "server/looked_up.hpp"
#include "server/page_query.hpp"
#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

constexpr NumberRange limit_range{.least = 1, .most = 500, .otherwise = 50};
// Who wants more goes on with `before`.
constexpr NumberRange offset_range{.least = 0, .most = 1'000'000, .otherwise = 0};
// Absent: from the newest.
constexpr NumberRange before_range{
    .least = 1, .most = std::numeric_limits<std::int64_t>::max(), .otherwise = 0};
constexpr std::size_t keyword_chars_max = 256;
constexpr std::size_t channels_max = 100;

// None when it is absent or empty, as forms send what nobody filled in.
using Text = std::expected<std::optional<std::string>, Response>;
Text filled_text(const Request& request, std::string_view name, std::size_t chars_max) {
  auto text = query_text(request, name);
  if (!text || !*text) return text;
  if ((*text)->empty()) return std::nullopt;
  if (protocol::count_code_points(**text) > chars_max)
    return std::unexpected(problem(400, fmt::format("{} must have at most {} characters", name, chars_max)));
  return text;
}

std::expected<store::MessageQuery, Response> filters_of(const Request& request) {
  store::MessageQuery query;
  auto keyword = filled_text(request, "keyword", keyword_chars_max);
  if (!keyword) return std::unexpected(std::move(keyword.error()));
  query.keyword = *std::move(keyword);

  auto user = filled_text(request, "user_id", auth::subject_bytes_max);
  if (!user) return std::unexpected(std::move(user.error()));
  if (*user) query.author = UserId(**std::move(user));

  if (request.query_count("channel") > channels_max)
    return std::unexpected(problem(400, fmt::format("channel must be given at most {} times", channels_max)));
  for (const auto& [name, value] : request.query) {
    if (name == "channel" && !value.empty()) query.channels.push_back(value);
  }
  return query;
}

std::expected<store::MessageQuery, Response> message_query(const Request& request) {
  auto query = filters_of(request);
  if (!query) return query;
  const auto limit = query_number(request, "limit", limit_range);
  if (!limit) return std::unexpected(limit.error());
  const auto offset = query_number(request, "offset", offset_range);
  if (!offset) return std::unexpected(offset.error());
  const auto before = query_number(request, "before", before_range);
  if (!before) return std::unexpected(before.error());
  query->limit = static_cast<std::size_t>(*limit);
  query->offset = static_cast<std::size_t>(*offset);
  if (*before != before_range.otherwise) query->before = CacheId(*before);
  return query;
}

Task<Response> search_messages(RouteContext context) {
  const auto query = message_query(context.request);
  if (!query) co_return query.error();
  const auto start = [&](auto done) { context.services.lookups.search_messages(*query, std::move(done)); };
  const auto page = co_await looked_up<store::MessagePage>(context, start);
  if (!page) co_return page.error();
  const protocol::SearchResult result{.messages = page->messages, .has_more = page->has_more};
  co_return Response{.body = protocol::message_search_result(result)};
}

}  // namespace

std::vector<Route> search_routes() {
  return {{"GET", "/messages", Access::admin, search_messages}};
}

}  // namespace chatserver::server
