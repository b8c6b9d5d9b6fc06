#include "server/router.hpp"

#include <algorithm>
#include <expected>

#include "server/ban_text.hpp"
#include "server/conditional.hpp"
#include "server/fresh_keys.hpp"

namespace chatserver::server {
namespace {

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t slash = std::min(path.find('/'), path.size());
    out.push_back(path.substr(0, slash));
    path.remove_prefix(slash);
  }
  return out;
}

constexpr std::string_view all_below = "/{...}";

// Whether a pattern for what no other line has is for this path.
bool is_below(std::string_view pattern, std::string_view path) {
  if (!pattern.ends_with(all_below)) return false;
  pattern.remove_suffix(all_below.size());
  return path.starts_with(pattern) && (path.size() == pattern.size() || path[pattern.size()] == '/');
}

bool matches(std::string_view pattern, std::string_view path,
             std::map<std::string, std::string, std::less<>>& parameters) {
  const auto wanted = segments(pattern);
  const auto given = segments(path);
  if (wanted.size() != given.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      parameters[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = std::string(given[i]);
    } else if (wanted[i] != given[i]) {
      return false;
    }
  }
  return true;
}

std::string joined(const std::vector<std::string>& methods) {
  std::string out;
  for (const std::string& method : methods) out += (out.empty() ? "" : ", ") + method;
  return out;
}

}  // namespace

Router::Match Router::match(std::string_view method, std::string_view path) const {
  Match match;
  const std::string_view wanted = method == "HEAD" ? std::string_view("GET") : method;
  const Route* otherwise = nullptr;
  for (const Route& route : routes_) {
    if (route.method == wanted && is_below(route.path, path)) otherwise = &route;
    if (route.path.ends_with(all_below)) continue;
    std::map<std::string, std::string, std::less<>> parameters;
    if (!matches(route.path, path, parameters)) continue;
    match.allowed.emplace_back(route.method);
    if (route.method == "GET") match.allowed.emplace_back("HEAD");
    if (route.method != wanted) continue;
    match.route = &route;
    match.parameters = std::move(parameters);
  }
  if (match.allowed.empty()) {
    match.route = otherwise;
  } else {
    match.allowed.emplace_back("OPTIONS");
  }
  return match;
}

std::size_t Router::body_bytes(std::string_view method, std::string_view path) const {
  const Match found = match(method, path);
  return found.route != nullptr ? found.route->body_bytes : unread_body_bytes;
}

Task<Response> Router::answer(const Request& request, Services& services, Executor executor) const {
  const Match found = match(request.method, request.path);
  if (found.allowed.empty() && found.route == nullptr) co_return nothing_there();
  if (request.method == "OPTIONS") {
    co_return Response{
        .status = 204, .content_type = {}, .body = {}, .headers = {{"Allow", joined(found.allowed)}}};
  }
  if (found.route == nullptr) {
    Response response = problem(405, "this path does not have that method");
    response.headers.emplace_back("Allow", joined(found.allowed));
    co_return response;
  }
  const auto caller = co_await check_caller(found.route->access, request, services, executor);
  if (!caller) co_return caller.error();
  const RouteContext context{.request = request,
                             .parameters = found.parameters,
                             .claims = *caller ? &(*caller)->claims : nullptr,
                             .timeout = found.route->timeout,
                             .services = services,
                             .executor = executor};
  Response response = co_await found.route->handler(context);
  make_conditional(request, response);
  co_return response;
}

Task<std::expected<std::optional<Admitted>, Response>> Router::check_caller(Access access,
                                                                            const Request& request,
                                                                            Services& services,
                                                                            Executor executor) {
  if (access == Access::everybody) co_return std::nullopt;
  if (access == Access::admin && !request.header("authorization")) {
    if (auto refusal = services.open_admin.refusal(request)) co_return std::unexpected(*std::move(refusal));
    co_return std::nullopt;
  }
  auto admitted = co_await authorize(request, services, executor);
  if (!admitted) co_return std::unexpected(std::move(admitted.error()));
  // An admin's token for some other application must not administer chat.
  if (access == Access::admin && admitted->kind != hub::SessionKind::dashboard)
    co_return std::unexpected(problem(403, "this needs a token of the dashboard"));
  co_return *std::move(admitted);
}

const UserId& acting_admin(const RouteContext& context) {
  return context.claims != nullptr ? context.claims->subject : open_admin_user;
}

std::optional<std::string> bearer_token(const Request& request) {
  const auto [begin, end] = request.headers.equal_range("authorization");
  if (begin == end || std::next(begin) != end) return std::nullopt;
  const std::string_view value = begin->second;
  constexpr std::string_view scheme = "bearer ";
  if (value.size() <= scheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    if ((value[i] | 0x20) != scheme[i] && value[i] != scheme[i]) return std::nullopt;
  }
  return std::string(value.substr(scheme.size()));
}

Task<std::expected<Admitted, Response>> authorize(const Request& request, Services& services,
                                                  Executor executor) {
  const auto token = bearer_token(request);
  if (!token) co_return std::unexpected(invalid_token("a bearer token is needed"));
  const auto check = [&] { return services.authenticator.admit(*token); };
  auto admitted = co_await with_fresh_keys(check, services.authenticator, executor);
  if (!admitted) {
    const AuthRefusal& refusal = admitted.error();
    if (refusal.status == 503) co_return std::unexpected(problem_retry(503, refusal.detail));
    if (refusal.status == 403) co_return std::unexpected(problem(403, refusal.detail));
    co_return std::unexpected(invalid_token(refusal.detail));
  }
  if (const auto ban = services.chat.ban_of(admitted->claims.subject)) {
    co_return std::unexpected(problem(403, ban_text(*ban)));
  }
  co_return *std::move(admitted);
}

}  // namespace chatserver::server
