#pragma once

#include <optional>
#include <string>

#include "model/ban.hpp"

namespace chatserver::server {

// What a banned user is told: the reason and the end, if any.
[[nodiscard]] std::string ban_text(const Ban& ban);

// `3 hours`, or HH:MM:SS where it is no number of hours; none for a ban for good.
[[nodiscard]] std::optional<std::string> ban_duration(const Ban& ban);

}  // namespace chatserver::server
