#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <string>

#include "base/log.hpp"
#include "base/random.hpp"
#include "cache/options.hpp"
#include "cache/presence_exchange.hpp"

namespace chatserver::cache {

// How a node keeps in touch with the others.
struct ValkeyPresenceOptions {
  // Url, prefix and timeout count.
  Options cache;
  // Whose log of messages it is.
  std::string server_id;
  // Silence after which the others take a node for dead; it is heard of several times within.
  std::chrono::milliseconds lease{6000};
  // What users of a node that ends in order have to come back elsewhere; at most the lease.
  std::chrono::milliseconds grace{3000};
};

// The PresenceExchange of servers that share a Valkey: ten times a second a node says in one call what
// has changed on it and that it is alive, and reads what the others have said. presence.lua
// has what lies in Valkey.
//
// Has a thread of its own, "presence", and a connection. Errors: refuses a URL that makes no
// sense; what goes wrong later is logged and tried again.
[[nodiscard]] std::expected<std::unique_ptr<PresenceExchange>, std::string> open_valkey_presence(
    ValkeyPresenceOptions options, Random& random, Log& log);

}  // namespace chatserver::cache
