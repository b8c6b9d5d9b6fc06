#pragma once

#include <vector>

#include "server/address.hpp"
#include "server/asio_types.hpp"
#include "server/http_policy.hpp"
#include "server/options.hpp"
#include "server/router.hpp"
#include "server/services.hpp"
#include "server/shard_thread.hpp"

namespace chatserver::server {

// What the HTTP connections of a listener share; outlives them. Threading: any, once built.
struct HttpEdge {
  const Router& router;
  Services& services;
  const Options& options;
  const AddressSet& trusted_proxies;
  const Cors& cors;
  const HostPolicy& hosts;
  std::vector<ShardThread*> shards;  // where sessions live; empty: no /ws here
};

// An accepted connection.
struct Peer {
  int descriptor = -1;
  Address address;        // loopback for Unix sockets
  bool loopback = false;  // came to a listener that only this machine reaches
};

// Serves one connection until it ends or becomes a WebSocket. Threading: the shard's.
[[nodiscard]] Task<> serve_http(Peer peer, const HttpEdge& edge, ShardThread& shard);

}  // namespace chatserver::server
