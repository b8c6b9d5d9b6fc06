#include "server/page_query.hpp"

#include <fmt/format.h>

#include "server/number.hpp"

namespace chatserver::server {

std::expected<std::optional<std::string>, Response> query_text(const Request& request,
                                                               std::string_view name) {
  if (request.query_count(name) > 1)
    return std::unexpected(problem(400, fmt::format("{} must not be given twice", name)));
  const auto text = request.query_value(name);
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

std::expected<std::int64_t, Response> query_number(const Request& request, std::string_view name,
                                                   NumberRange range) {
  const auto text = query_text(request, name);
  if (!text) return std::unexpected(text.error());
  if (!*text) return range.otherwise;
  const auto number = parse_number(**text);
  if (!number || *number < range.least || *number > range.most) {
    return std::unexpected(
        problem(400, fmt::format("{} must be a whole number from {} to {}", name, range.least, range.most)));
  }
  return *number;
}

}  // namespace chatserver::server
