#include "server/ban_text.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "protocol/timestamp.hpp"

namespace chatserver::server {

std::string ban_text(const Ban& ban) {
  std::string text = "banned";
  text += ban.end ? " until " + protocol::rfc3339(*ban.end) : " for good";
  if (!ban.reason.empty()) text += ": " + ban.reason;
  return text;
}

std::optional<std::string> ban_duration(const Ban& ban) {
  if (!ban.end) return std::nullopt;
  const auto length = std::max(*ban.end - ban.start, std::chrono::microseconds{0});
  const auto hours = std::chrono::floor<std::chrono::hours>(length);
  if (hours != length) return protocol::duration(length);
  return fmt::format("{} {}", hours.count(), hours.count() == 1 ? "hour" : "hours");
}

}  // namespace chatserver::server
