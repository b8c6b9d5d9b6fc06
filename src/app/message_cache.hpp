#pragma once

#include <expected>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "cache/message_cache.hpp"
#include "cache/presence_exchange.hpp"
#include "config/settings.hpp"
#include "store/opening.hpp"
#include "store/store.hpp"

namespace chatserver::app {

// What a cache works with; all outlive it.
struct CacheParts {
  store::Store& store;
  Clock& clock;
  Random& random;
  Log& log;
};

// How the server opens its database: alone, or as one of several that share it through Valkey.
[[nodiscard]] store::Access server_access(const config::Settings& settings);

// The message cache that the settings name; not started. Blocks. Refuses, with what to do,
// what cannot be used.
[[nodiscard]] std::expected<std::unique_ptr<cache::MessageCache>, std::string> open_cache(
    const config::Settings& settings, const CacheParts& parts);

// What tells the nodes of each other's users, likewise.
[[nodiscard]] std::expected<std::unique_ptr<cache::PresenceExchange>, std::string> open_presence(
    const config::Settings& settings, const CacheParts& parts);

}  // namespace chatserver::app
