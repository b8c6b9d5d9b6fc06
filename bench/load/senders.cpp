#include "load/senders.hpp"

#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "load/marker.hpp"

namespace chatserver::bench {

Senders::Senders(Options options) : options_(options) {}

void Senders::start(Swarm& swarm) {
  swarm_ = &swarm;
  watch(swarm);
  sending_ = true;
  for (std::uint32_t sender = 0; sender < options_.senders; ++sender) {
    for (std::uint32_t i = 0; i < options_.in_flight; ++i) send_next(sender);
  }
}

void Senders::drain() {
  sending_ = false;
  const std::uint64_t deadline = now_ns() + 20'000'000'000U;
  const auto expected = [&] { return sent_ * swarm_->size(); };
  while (messages() < expected() && now_ns() < deadline) swarm_->poll(10);
  swarm_->poll_until(now_ns() + 50'000'000U);  // so that a duplicate would show
  if (messages() != expected()) {
    throw std::runtime_error(
        fmt::format("{} messages to {} clients were delivered {} times", sent_, swarm_->size(), messages()));
  }
}

void Senders::on_message(std::uint32_t connection, const ServerFrame& frame) {
  const bool sampled = connection % latency_sampling == 0;
  if (!sampled && connection >= options_.senders) return;
  const auto marker = find_marker(frame.payload, marker_hint_);
  if (!marker) throw std::runtime_error("a chat message that nobody here has sent");
  if (sampled) record_age(marker->sent_ns);
  if (marker->sender != connection) return;
  ++returned_;
  if (sending_) send_next(connection);
}

void Senders::on_other(std::uint32_t connection, std::string_view type, const ServerFrame& frame) {
  // The last frame of a welcome.
  if (type == "connected_users") ++welcomed_;
  Deliveries::on_other(connection, type, frame);
}

void Senders::send_next(std::uint32_t sender) {
  const std::string text = marked_text({.sender = static_cast<std::uint16_t>(sender), .sent_ns = now_ns()},
                                       options_.message_bytes);
  swarm_->send(sender, fmt::format(R"({{"type":"chat_message","channel":"General","message":"{}"}})", text));
  ++sent_;
}

}  // namespace chatserver::bench
