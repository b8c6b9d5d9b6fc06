#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

Response ok() {
  return {.body = R"({"status":"ok"})"};
}

// Clients ask this before they sign in: whether a token would be worth anything.
Response health(const RouteContext& context) {
  if (context.services.authenticator.keys_usable()) return ok();
  return problem_retry(503, "the issuer's keys are not available");
}

// Load balancers ask this: whether new connections can be decided here.
Response ready(const RouteContext& context) {
  const Services& services = context.services;
  if (services.draining) return problem_retry(503, "draining");
  if (!services.authenticator.keys_usable()) return problem_retry(503, "issuer");
  const cache::Health health = services.chat.health();
  boost::json::array degraded;
  boost::json::object answer;
  const auto add = [&](std::string_view part, std::string_view state) {
    if (state.empty()) return;
    degraded.emplace_back(part);
    answer[part] = state;
  };
  add("store", health.store);
  add("cache", health.cache);
  answer["degraded"] = std::move(degraded);
  return {.body = boost::json::serialize(answer)};
}

}  // namespace

std::vector<Route> health_routes() {
  return {{"GET", "/health", Access::everybody, at_once(health)},
          {"GET", "/healthz", Access::everybody, at_once([](const RouteContext&) { return ok(); })},
          {"GET", "/readyz", Access::everybody, at_once(ready)}};
}

}  // namespace chatserver::server
