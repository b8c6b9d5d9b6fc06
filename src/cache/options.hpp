#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace chatserver::cache {

enum class Backend { embedded, valkey };

struct Options {
  Backend backend = Backend::embedded;

  // valkey:// or valkeys:// (TLS); unused by the embedded cache.
  std::string url;

  // Recent public messages kept for the welcome.
  std::size_t messages = 500;

  // Messages accepted but not yet in the database, before new ones are refused.
  std::size_t backlog_max = 1'000'000;

  // Valkey: how long one exchange may take before it counts as lost.
  std::chrono::milliseconds timeout{5000};

  // Valkey: refuse to run where an acknowledged write may be lost.
  bool durable = true;

  // Valkey: what all keys begin with.
  std::string prefix = "chat";
};

// How long a nonce protects from a second delivery (protocol.md, Client frames).
inline constexpr std::chrono::hours nonce_lifetime{24};

}  // namespace chatserver::cache
