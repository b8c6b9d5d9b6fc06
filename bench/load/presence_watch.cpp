#include "load/presence_watch.hpp"

#include <stdexcept>
#include <string>

#include "load/synthetic_users.hpp"

namespace chatserver::bench {

PresenceWatch::PresenceWatch(std::size_t clients, std::size_t users)
    : users_(users), present_(clients * users), known_(clients) {}

void PresenceWatch::on_text(std::uint32_t connection, const ServerFrame& frame) {
  const std::string_view type = frame_type(frame.payload);
  if (type == "user_status") {
    std::size_t at = 0;
    const auto user = next_synthetic_user(frame.payload, at);
    if (!user) throw std::runtime_error("a user_status of nobody we know");
    ++status_frames_;
    status_bytes_ += frame.wire_bytes;
    set(connection, *user, frame.payload.find("true", at) != std::string_view::npos);
  } else if (type == "connected_users") {
    ++welcomed_;
    std::size_t at = 0;
    while (const auto user = next_synthetic_user(frame.payload, at)) set(connection, *user, true);
  } else if (type == "error") {
    throw std::runtime_error("a client was told " + std::string(frame.payload));
  }
}

void PresenceWatch::set(std::size_t client, std::size_t user, bool present) {
  if (user >= users_) throw std::runtime_error("a user who does not exist is said to be present");
  std::vector<bool>::reference bit = present_[client * users_ + user];
  if (bit == present) return;
  bit = present;
  if (!present && known_[client]-- == users_) --agreeing_;
  if (present && ++known_[client] == users_) ++agreeing_;
}

}  // namespace chatserver::bench
