#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/claims.hpp"
#include "server/asio_types.hpp"
#include "server/http_request.hpp"
#include "server/http_response.hpp"
#include "server/services.hpp"

namespace chatserver::server {

// What a handler gets besides the request.
struct RouteContext {
  const Request& request;
  const std::map<std::string, std::string, std::less<>>& parameters;  // of the path: {id}
  const auth::Claims* claims;         // of the bearer; null on public routes, and see acting_admin()
  std::chrono::milliseconds timeout;  // what a read of the database may take
  Services& services;
  Executor executor;  // the connection's shard
};

// Who calls a route of Access::admin: the bearer, or open_admin_user where none is asked for.
[[nodiscard]] const UserId& acting_admin(const RouteContext& context);

using Handler = std::function<Task<Response>(RouteContext)>;

// Who may call a route.
enum class Access {
  everybody,
  token,  // any valid access token of a user who is not banned
  admin,  // one of the dashboard's, which are given to administrators alone; or see OpenAdmin
};

// How long a read of the database may take, and a change may wait for its turn. Once begun a change is not
// cut off: it takes place, or the store says in its own time that it did not.
inline constexpr std::chrono::milliseconds route_timeout{5000};

// What comes with a request that no route reads a body of: some clients send `{}` with everything.
inline constexpr std::size_t unread_body_bytes = 1024;
// What limits.body_bytes allows, which is the ceiling for every route.
inline constexpr std::size_t any_body_bytes = std::numeric_limits<std::size_t>::max();

// One line of the route table. `path` may have segments in braces. A last one of `{...}` stands for
// any number of them: such a line is for paths that no other line has, and is not a method that they have.
struct Route {
  std::string_view method;
  std::string_view path;
  Access access;
  Handler handler;
  std::size_t body_bytes = unread_body_bytes;  // 413 beyond
  std::chrono::milliseconds timeout = route_timeout;
};

// Finds the route and checks who calls, so that handlers need not: 404, 405 with
// Allow, 401, 403; HEAD is answered as GET, OPTIONS from the table.
//
// Threading: any, once built.
class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

  // What may come as the body of such a request, whoever sends it.
  [[nodiscard]] std::size_t body_bytes(std::string_view method, std::string_view path) const;

  [[nodiscard]] Task<Response> answer(const Request& request, Services& services, Executor executor) const;

 private:
  struct Match {
    const Route* route = nullptr;  // null: the path is unknown, or not with this method
    std::map<std::string, std::string, std::less<>> parameters;
    std::vector<std::string> allowed;  // methods that the path has; none: it is unknown
  };
  [[nodiscard]] Match match(std::string_view method, std::string_view path) const;
  // Who calls; nobody where nobody needs to be known, or the answer that refuses them.
  [[nodiscard]] static Task<std::expected<std::optional<Admitted>, Response>> check_caller(
      Access access, const Request& request, Services& services, Executor executor);

  const std::vector<Route> routes_;
};

// The token of `Authorization: Bearer`; nothing when it is absent, of another scheme or repeated.
[[nodiscard]] std::optional<std::string> bearer_token(const Request& request);

// The bearer's claims, or the answer that refuses them.
[[nodiscard]] Task<std::expected<Admitted, Response>> authorize(const Request& request, Services& services,
                                                                Executor executor);

// A handler that has its answer at once.
template <class Function>
[[nodiscard]] Handler at_once(Function function) {
  return [function](RouteContext context) -> Task<Response> { co_return function(context); };
}

}  // namespace chatserver::server
