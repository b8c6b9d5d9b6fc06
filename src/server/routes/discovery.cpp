#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "server/routes/routes.hpp"

namespace chatserver::server {

std::vector<Route> discovery_routes(const Discovery& discovery) {
  const boost::json::object document{
      {"auth_url", discovery.auth_url},       {"token_url", discovery.token_url},
      {"health_url", discovery.health_url},   {"chat_client", discovery.chat_client},
      {"chat_url", discovery.chat_url},       {"server_id", discovery.server_id},
      {"server_name", discovery.server_name}, {"issuer", discovery.issuer}};
  const auto answer = [text = boost::json::serialize(document)](const RouteContext&) {
    return Response{.body = text};
  };
  return {{"GET", "/discovery", Access::everybody, at_once(answer)}};
}

}  // namespace chatserver::server
