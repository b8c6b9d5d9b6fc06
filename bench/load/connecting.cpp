#include "load/connecting.hpp"

#include <stdexcept>

#include "load/marker.hpp"

namespace chatserver::bench {

void connect_clients(Swarm& swarm, const ConnectPace& pace,
                     const std::function<const std::string&(std::size_t)>& token_of) {
  const std::uint64_t deadline = now_ns() + static_cast<std::uint64_t>(pace.seconds_max * 1e9);
  std::size_t begun = 0;
  const std::size_t wanted = swarm.size() + pace.clients;
  while (swarm.open() < wanted) {
    if (now_ns() > deadline) throw std::runtime_error("the server takes too long to let the clients in");
    while (begun < pace.clients && swarm.size() - swarm.open() < pace.handshakes_max) {
      swarm.connect(token_of(begun++));
    }
    swarm.poll(100);
  }
}

}  // namespace chatserver::bench
