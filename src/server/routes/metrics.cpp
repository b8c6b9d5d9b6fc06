#include <utility>

#include "server/routes/routes.hpp"

namespace chatserver::server {

std::vector<Route> metrics_routes(std::function<std::string()> page) {
  const auto answer = [page = std::move(page)](const RouteContext&) {
    return Response{.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = page()};
  };
  return {{"GET", "/metrics", Access::everybody, at_once(answer)}};
}

}  // namespace chatserver::server
