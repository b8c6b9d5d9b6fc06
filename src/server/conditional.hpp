#pragma once

#include "server/http_request.hpp"
#include "server/http_response.hpp"

namespace chatserver::server {

// Gives a successful answer in JSON to GET or HEAD a strong ETag of its body, and turns
// it into a 304 when If-None-Match has that (RFC 9110 §13.1.2). Whoever keeps it asks
// each time whether it is still so. Answers that must not be kept, or have a tag, stay as they are.
//
// Threading: pure.
void make_conditional(const Request& request, Response& response);

}  // namespace chatserver::server
