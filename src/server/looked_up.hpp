#pragma once

#include <expected>
#include <optional>
#include <utility>

#include "server/await_callback.hpp"
#include "server/http_response.hpp"
#include "server/router.hpp"

namespace chatserver::server {

// What a read of the database came to, or the 503 for when it cannot be read, or not in
// the route's time. `start` gets a callable to be called once with a std::optional<T>.
template <class T, class Start>
[[nodiscard]] Task<std::expected<T, Response>> looked_up(RouteContext context, Start start) {
  using Read = std::optional<T>;
  std::optional<Read> read = co_await await_callback_for<Read>(context.executor, context.timeout, start);
  if (!read) co_return std::unexpected(problem_retry(503, "the database is too slow just now"));
  if (!*read) co_return std::unexpected(problem_retry(503, "the database cannot be read just now"));
  co_return **std::move(read);
}

}  // namespace chatserver::server
