#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "load/swarm.hpp"

namespace chatserver::bench {

struct ConnectPace {
  std::size_t clients = 0;
  std::size_t handshakes_max = 128;  // under way at a time, so that none waits longer than the server allows
  double seconds_max = 120;
};

// Connects so many more clients, as fast as they are let in, with the token that `token_of`
// names for each, numbered from 0. Throws when that takes too long.
void connect_clients(Swarm& swarm, const ConnectPace& pace,
                     const std::function<const std::string&(std::size_t)>& token_of);

}  // namespace chatserver::bench
