#include "load/chatter.hpp"

#include "load/marker.hpp"

namespace chatserver::bench {

void Chatter::talk(Swarm& swarm, double seconds) {
  const auto pause_ns = static_cast<std::uint64_t>(1e9 / options_.messages_per_second);
  const std::uint64_t end = now_ns() + static_cast<std::uint64_t>(seconds * 1e9);
  for (std::uint64_t due = now_ns(); due < end; due += pause_ns) {
    swarm.poll_until(due);
    say(swarm, static_cast<std::uint32_t>(sent() % options_.talkers), options_.message_bytes);
    swarm.poll(0);  // sends it
  }
}

}  // namespace chatserver::bench
