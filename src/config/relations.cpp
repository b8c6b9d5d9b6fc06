#include "config/relations.hpp"

#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "config/setting.hpp"

namespace chatserver::config {
namespace {

// UTF-8: a message of the greatest length must fit a frame.
constexpr std::size_t bytes_per_char_max = 4;
// A session that is this few greatest frames behind must not be lost for it.
constexpr std::size_t feed_frames_min = 4;

class Relations {
 public:
  Relations(const Settings& settings, const Sources& sources) : s_(settings), sources_(sources) {}

  std::optional<std::string> first_broken() const {
    if (s_.store.backend == store::Backend::sqlite && s_.cache.backend == cache::Backend::valkey) {
      return message("cache.backend", "valkey goes with store.backend postgres, not with sqlite");
    }
    if (auto broken = broken_in_store()) return broken;
    if (auto broken = broken_in_cache()) return broken;
    if (s_.hub.keepalive.idle <= s_.hub.keepalive.ping)
      return compared("keepalive.idle", "be longer than", "keepalive.ping");
    if (s_.auth.keys_max_stale < s_.auth.keys_refresh) {
      return compared("auth.keys_max_stale", "not be shorter than", "auth.keys_refresh");
    }
    if (s_.protocol.frame_bytes < bytes_per_char_max * s_.protocol.message_chars) {
      return compared("limits.frame_bytes", "be at least four bytes a character of", "limits.message_chars");
    }
    if (s_.hub.outbox_bytes < s_.protocol.frame_bytes) {
      return compared("limits.outbox_bytes", "not be less than", "limits.frame_bytes");
    }
    if (s_.hub.feed_bytes < feed_frames_min * s_.protocol.frame_bytes) {
      return compared("limits.feed_bytes", "be at least four times", "limits.frame_bytes");
    }
    if (s_.hub.presence.bytes_per_second_total < s_.hub.presence.bytes_per_second) {
      return compared("presence.bytes_per_second_total", "not be less than", "presence.bytes_per_second");
    }
    if (s_.server.listen.empty()) return message("server.listen", "must name at least one address");
    return broken_in_auth();
  }

 private:
  std::optional<std::string> broken_in_cache() const {
    const bool is_valkey_url = s_.cache.url.find("://") != std::string::npos;
    if (s_.cache.backend == cache::Backend::embedded) {
      if (!s_.cache.url.empty())
        return message("cache.url", "is for cache.backend valkey, but it is embedded");
      return std::nullopt;
    }
    if (is_valkey_url) return std::nullopt;
    return message("cache.url", "is needed when cache.backend is valkey: valkey://user:password@host");
  }

  std::optional<std::string> broken_in_store() const {
    const std::string_view url = s_.store.url;
    const bool is_postgres_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
    if (s_.store.backend == store::Backend::sqlite) {
      if (is_postgres_url) return message("store.url", "is a PostgreSQL URL, but store.backend is sqlite");
      return std::nullopt;
    }
    if (url.empty()) {
      return message("store.url",
                     "is needed when store.backend is postgres: postgresql://user@host/database");
    }
    // libpq's other form: host=… dbname=…
    if (!is_postgres_url && !url.contains('=')) {
      return message("store.url",
                     "is no PostgreSQL URL (postgresql://user@host/database), but store.backend is "
                     "postgres");
    }
    return std::nullopt;
  }

  std::optional<std::string> broken_in_auth() const {
    if (s_.auth.mode == auth::Mode::oidc) {
      if (s_.auth.issuer.empty()) return message("auth.issuer", "is needed when auth.mode is oidc");
      if (s_.auth.registration == auth::Registration::open ||
          s_.auth.registration == auth::Registration::invite) {
        return message("accounts.registration",
                       "is for the embedded issuer; with auth.mode oidc users sign up there");
      }
    } else if (const auto key = of_outside_provider(); !key.empty()) {
      return message(key, "is for an outside provider, but auth.mode is embedded");
    }
    if (s_.auth.chat_client == s_.auth.dashboard_client) {
      return compared("auth.dashboard_client", "differ from", "auth.chat_client");
    }
    return std::nullopt;
  }

  // The embedded issuer's tokens are for this server alone: they name no other audience.
  std::string_view of_outside_provider() const {
    if (!s_.auth.issuer.empty()) return "auth.issuer";
    if (!s_.auth.jwks_url.empty()) return "auth.jwks_url";
    return s_.auth.audience.empty() ? "" : "auth.audience";
  }

  std::string origin(std::string_view key) const {
    const auto found = sources_.find(key);
    return found == sources_.end() ? "default" : found->second;
  }

  std::string message(std::string_view key, std::string_view problem) const {
    return fmt::format("{}: {}: {}", origin(key), key, problem);
  }

  // "x.toml:3: keepalive.idle: 20s must be longer than keepalive.ping (30s, default)"
  std::string compared(std::string_view key, std::string_view relation, std::string_view other) const {
    const auto shown = [this](std::string_view k) { return find_setting(k)->show(s_); };
    return message(
        key, fmt::format("{} must {} {} ({}, {})", shown(key), relation, other, shown(other), origin(other)));
  }

  const Settings& s_;
  const Sources& sources_;
};

}  // namespace

std::optional<std::string> check_relations(const Settings& settings, const Sources& sources) {
  return Relations(settings, sources).first_broken();
}

}  // namespace chatserver::config
