#include "server/routes/routes.hpp"

namespace chatserver::server {

std::vector<Route> issuer_routes(const auth::Issuer& issuer) {
  const auto discovery = [text = issuer.discovery_json()](const RouteContext&) {
    return Response{.body = text};
  };
  const auto keys = [&issuer](const RouteContext&) { return Response{.body = issuer.jwks_json()}; };
  return {{"GET", auth::discovery_path, Access::everybody, at_once(discovery)},
          {"GET", auth::jwks_path, Access::everybody, at_once(keys)}};
}

}  // namespace chatserver::server
