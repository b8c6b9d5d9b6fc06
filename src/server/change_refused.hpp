#pragma once

#include <string_view>

#include "chat/administration.hpp"
#include "server/http_response.hpp"

namespace chatserver::server {

// The answer for a change that was not made. `not_found`: what is not there, as a sentence. Threading: pure.
[[nodiscard]] Response change_refused(cache::ChangeError error, std::string_view not_found);

}  // namespace chatserver::server
