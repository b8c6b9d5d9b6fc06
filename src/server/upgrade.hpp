#pragma once

#include <expected>

#include "server/asio_types.hpp"
#include "server/http_request.hpp"
#include "server/http_response.hpp"
#include "server/services.hpp"
#include "server/ws_connection.hpp"

namespace chatserver::server {

// Decides about GET /ws: whether it is an upgrade, whose token it carries, and
// whether there is room. The refusals are those of protocol.md, Connecting.
// Threading: the connection's shard.
[[nodiscard]] Task<std::expected<Upgrade, Response>> decide_upgrade(const Request& request,
                                                                    Services& services, Executor executor);

}  // namespace chatserver::server
