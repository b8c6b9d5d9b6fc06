#include "server/ban_text.hpp"

#include "protocol/timestamp.hpp"

namespace chatserver::server {

std::string ban_text(const Ban& ban) {
  std::string text = "banned";
  text += ban.end ? " until " + protocol::rfc3339(*ban.end) : " for good";
  if (!ban.reason.empty()) text += ": " + ban.reason;
  return text;
}

}  // namespace chatserver::server
