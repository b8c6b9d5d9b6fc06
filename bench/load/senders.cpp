#include "load/senders.hpp"

#include <stdexcept>

#include "load/marker.hpp"

namespace chatserver::bench {

Senders::Senders(Options options) : options_(options) {}

void Senders::start(Swarm& swarm) {
  swarm_ = &swarm;
  watch(swarm);
  sending_ = true;
  for (std::uint32_t sender = 0; sender < options_.senders; ++sender) {
    for (std::uint32_t i = 0; i < options_.in_flight; ++i) say(swarm, sender, options_.message_bytes);
  }
}

void Senders::drain() {
  sending_ = false;
  await_deliveries(*swarm_);
}

void Senders::on_message(std::uint32_t connection, const ServerFrame& frame) {
  const bool sampled = connection % latency_sampling == 0;
  if (!sampled && connection >= options_.senders) return;
  const auto marker = find_marker(frame.payload, marker_hint_);
  if (!marker) throw std::runtime_error("a chat message that nobody here has sent");
  if (sampled) record_age(marker->sent_ns);
  if (marker->sender != connection) return;
  ++returned_;
  if (sending_) say(*swarm_, connection, options_.message_bytes);
}

}  // namespace chatserver::bench
