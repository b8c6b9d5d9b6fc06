#include "load/conversation.hpp"

#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "load/marker.hpp"

namespace chatserver::bench {

void Conversation::await_welcomes(Swarm& swarm) const {
  const std::uint64_t deadline = now_ns() + 30'000'000'000U;
  while (welcomed_ < swarm.size()) {
    if (now_ns() > deadline) throw std::runtime_error("not every client was welcomed within 30 s");
    swarm.poll(100);
  }
}

void Conversation::await_deliveries(Swarm& swarm) const {
  const std::uint64_t deadline = now_ns() + 20'000'000'000U;
  const std::uint64_t expected = sent_ * swarm.size();
  while (messages() < expected && now_ns() < deadline) swarm.poll(10);
  swarm.poll_until(now_ns() + 50'000'000U);  // so that a duplicate would show
  if (messages() != expected) {
    throw std::runtime_error(
        fmt::format("{} messages to {} clients were delivered {} times", sent_, swarm.size(), messages()));
  }
}

void Conversation::say(Swarm& swarm, std::uint32_t client, std::size_t message_bytes) {
  const std::string text =
      marked_text({.sender = static_cast<std::uint16_t>(client), .sent_ns = now_ns()}, message_bytes);
  swarm.send(client, fmt::format(R"({{"type":"chat_message","channel":"General","message":"{}"}})", text));
  ++sent_;
}

void Conversation::on_other(std::uint32_t connection, std::string_view type, const ServerFrame& frame) {
  // The last frame of a welcome.
  if (type == "connected_users") ++welcomed_;
  Deliveries::on_other(connection, type, frame);
}

}  // namespace chatserver::bench
