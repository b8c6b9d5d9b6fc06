#include "app/message_cache.hpp"

#include "cache/embedded/embedded_cache.hpp"
#include "cache/embedded/lone_node.hpp"
#include "cache/valkey/valkey_cache.hpp"
#include "cache/valkey/valkey_presence.hpp"

namespace chatserver::app {
namespace {

bool on_valkey(const config::Settings& settings) {
  return settings.cache.backend == cache::Backend::valkey;
}

}  // namespace

store::Access server_access(const config::Settings& settings) {
  return on_valkey(settings) ? store::Access::node : store::Access::server;
}

std::expected<std::unique_ptr<cache::MessageCache>, std::string> open_cache(const config::Settings& settings,
                                                                            const CacheParts& parts) {
  if (on_valkey(settings)) {
    return cache::open_valkey(settings.cache,
                              {.store = parts.store, .random = parts.random, .log = parts.log});
  }
  return std::make_unique<cache::EmbeddedCache>(settings.cache, parts.store, parts.clock, parts.log);
}

std::expected<std::unique_ptr<cache::PresenceExchange>, std::string> open_presence(
    const config::Settings& settings, const CacheParts& parts) {
  if (!on_valkey(settings)) return std::make_unique<cache::LoneNode>();
  return cache::open_valkey_presence(
      {.cache = settings.cache, .server_id = parts.store.server_id(), .grace = settings.hub.presence.grace},
      parts.random, parts.log);
}

}  // namespace chatserver::app
