#include "server/routes/routes.hpp"

namespace chatserver::server {

std::vector<Route> issuer_routes(const IssuerDocuments& documents) {
  const auto document = [](const std::string& text) {
    return at_once([text](const RouteContext&) { return Response{.body = text}; });
  };
  return {{"GET", documents.discovery_path, Access::everybody, document(documents.discovery_json)},
          {"GET", documents.jwks_path, Access::everybody, document(documents.jwks_json)}};
}

}  // namespace chatserver::server
