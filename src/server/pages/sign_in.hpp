#pragma once

#include "server/pages/destination.hpp"
#include "server/pages/visit.hpp"

namespace chatserver::server {

// The sign-in form, with the client's hint of who it may be.
[[nodiscard]] Response show_sign_in(const Visit& visit, const Destination& destination);

}  // namespace chatserver::server
