#pragma once

#include <string>

#include "model/ban.hpp"

namespace chatserver::server {

// What a banned user is told: the reason and the end, if any.
[[nodiscard]] std::string ban_text(const Ban& ban);

}  // namespace chatserver::server
