#include "server/conditional.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include <fmt/format.h>

namespace chatserver::server {
namespace {

bool has_header(const Response& response, std::string_view name) {
  return std::ranges::any_of(response.headers, [&](const auto& field) { return field.first == name; });
}

// The weak comparison, as If-None-Match has it.
bool lists(const Request& request, std::string_view tag) {
  const auto [begin, end] = request.headers.equal_range("if-none-match");
  return std::any_of(begin, end, [&](const auto& field) {
    return field.second == "*" || field.second.find(tag) != std::string::npos;
  });
}

}  // namespace

void make_conditional(const Request& request, Response& response) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads || response.status != 200 || response.content_type != "application/json") return;
  if (has_header(response, "Cache-Control") || has_header(response, "ETag")) return;
  const std::string tag = fmt::format("\"{:016x}\"", std::hash<std::string>{}(response.body));
  response.headers.emplace_back("ETag", tag);
  response.headers.emplace_back("Cache-Control", "no-cache");
  if (!lists(request, tag)) return;
  response.status = 304;
  response.body.clear();
}

}  // namespace chatserver::server
