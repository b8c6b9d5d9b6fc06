#include "load/deliveries.hpp"

#include <stdexcept>
#include <string>

#include "load/marker.hpp"

namespace chatserver::bench {

void Deliveries::on_text(std::uint32_t connection, const ServerFrame& frame) {
  const std::string_view type = frame_type(frame.payload);
  if (type == "chat_message") [[likely]] {
    ++messages_;
    frame_bytes_ += frame.wire_bytes;
    on_message(connection, frame);
  } else {
    on_other(connection, type, frame);
  }
}

void Deliveries::on_message(std::uint32_t connection, const ServerFrame& frame) {
  if (connection % latency_sampling != 0) return;
  if (const auto marker = find_marker(frame.payload, marker_hint_)) record_age(marker->sent_ns);
}

void Deliveries::on_other(std::uint32_t connection, std::string_view type, const ServerFrame& frame) {
  if (type != "error") return;
  throw std::runtime_error("client " + std::to_string(connection) + " was told " +
                           std::string(frame.payload));
}

void Deliveries::record_age(std::uint64_t sent_ns) noexcept {
  const std::uint64_t now = swarm_->read_at_ns();
  latency_.record(now > sent_ns ? now - sent_ns : 0);
}

}  // namespace chatserver::bench
