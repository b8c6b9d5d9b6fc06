#pragma once

#include "server/http_request.hpp"

namespace chatserver::server {

// Whether who asks would rather have HTML than JSON, as browsers say and programs do not
// (`Accept`, RFC 9110 section 12.5.1). Threading: pure.
[[nodiscard]] bool prefers_html(const Request& request);

}  // namespace chatserver::server
