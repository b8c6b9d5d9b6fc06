#include <algorithm>
#include <iterator>

#include "server/routes/routes.hpp"

namespace chatserver::server {

std::vector<Route> api_routes(const Discovery& discovery) {
  std::vector<Route> all = health_routes();
  for (auto& part :
       {discovery_routes(discovery), channel_routes(), channel_edit_routes(), message_routes(),
        message_deletion_routes(), user_routes(), ban_routes(), rate_limit_routes(), activity_routes()}) {
    std::ranges::copy(part, std::back_inserter(all));
  }
  return all;
}

}  // namespace chatserver::server
