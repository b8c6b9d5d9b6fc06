#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "config/setting_types.hpp"

namespace chatserver::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kibibyte = 1024;
constexpr std::size_t mebibyte = 1024 * kibibyte;

// --- checks of single values ---------------------------------------------
Complaint anything(std::string_view) {
  return std::nullopt;
}

Complaint not_empty(std::string_view value) {
  if (value.empty()) return "must not be empty";
  return std::nullopt;
}

Complaint server_name(std::string_view value) {
  constexpr auto chars_max = 36;
  const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; };
  if (std::ranges::count_if(value, is_start) > chars_max)
    return fmt::format("is longer than {} characters", chars_max);
  return std::nullopt;
}

Complaint origin_or_empty(std::string_view value) {
  return value.empty() ? std::nullopt : check_origin(value);
}
Complaint origin_or_any(std::string_view value) {
  return value == "*" ? std::nullopt : check_origin(value);
}
Complaint endpoint_or_empty(std::string_view value) {
  return value.empty() ? std::nullopt : check_endpoint(value);
}
Complaint issuer_url_or_empty(std::string_view value) {
  return value.empty() ? std::nullopt : check_issuer_url(value);
}

Complaint network_but_not_all(std::string_view value) {
  if (auto complaint = check_network(value)) return complaint;
  if (is_every_address(value)) return fmt::format("\"{}\" would open the admin API to everybody", value);
  return std::nullopt;
}

Complaint key_prefix(std::string_view value) {
  constexpr std::size_t bytes_max = 64;
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  if (value.empty() || value.size() > bytes_max || !std::ranges::all_of(value, is_allowed)) {
    return fmt::format("must be 1–{} letters, digits, '.', '_' or '-'", bytes_max);
  }
  return std::nullopt;
}

}  // namespace

const std::vector<Setting>& setting_table() {
  static const std::vector<Setting> table{
      list(
          "server.listen", [](auto& s) -> auto& { return s.server.listen; }, check_endpoint,
          "where to listen: host:port, [v6]:port or unix:/path; port 0 takes a free one"),
      text(
          "server.name", [](auto& s) -> auto& { return s.server.name; }, server_name,
          "what clients show, at most 36 characters; empty: the public host name"),
      text(
          "server.public_url", [](auto& s) -> auto& { return s.server.public_url; }, origin_or_empty,
          "where clients reach the server, https://chat.example.org; empty: from the first listener"),
      text(
          "server.data_dir", [](auto& s) -> auto& { return s.data_dir; }, anything,
          "database and keys (with PostgreSQL, neither); empty: $XDG_DATA_HOME/chatserver or "
          "~/.local/share/chatserver"),
      list(
          "server.trusted_proxies", [](auto& s) -> auto& { return s.server.trusted_proxies; }, check_network,
          "addresses or CIDR blocks whose X-Forwarded-For counts"),
      list(
          "server.cors_origins", [](auto& s) -> auto& { return s.server.cors_origins; }, origin_or_any,
          "origins whose pages may call the API, * for any; empty: public_url's"),
      text(
          "server.web_root", [](auto& s) -> auto& { return s.server.web_root; }, anything,
          "directory of the web app; auto: the installed one; empty: none is served"),

      integer(
          "io.threads", [](auto& s) -> auto& { return s.server.threads; }, {0, 1024},
          "threads that serve connections (shards); 0: one a core"),

      choice(
          "auth.mode", [](auto& s) -> auto& { return s.auth.mode; },
          {Choice{"embedded", auth::Mode::embedded}, Choice{"oidc", auth::Mode::oidc}},
          "who vouches for users: the embedded issuer, or an OpenID provider (oidc)"),
      text(
          "auth.issuer", [](auto& s) -> auto& { return s.auth.issuer; }, issuer_url_or_empty,
          "oidc: the provider's URL, to the letter as in its tokens' iss"),
      text(
          "auth.jwks_url", [](auto& s) -> auto& { return s.auth.jwks_url; }, issuer_url_or_empty,
          "oidc: where its keys are; empty: from its discovery document"),
      text(
          "auth.issuer_alias", [](auto& s) -> auto& { return s.auth.issuer_alias; }, anything,
          "issuer that the users had until now, after a move to another one; embedded: the embedded one"),
      list(
          "auth.audience", [](auto& s) -> auto& { return s.auth.audience; }, anything,
          "with mode oidc: any of these must be in a token's aud; empty: not checked"),
      text(
          "auth.chat_client", [](auto& s) -> auto& { return s.auth.chat_client; }, not_empty,
          "client id (azp) of the chat"),
      text(
          "auth.dashboard_client", [](auto& s) -> auto& { return s.auth.dashboard_client; }, not_empty,
          "client id (azp) of the admin dashboard"),
      text(
          "auth.admin_role", [](auto& s) -> auto& { return s.auth.admin_role; }, not_empty,
          "realm role of those who may administer"),
      duration(
          "auth.leeway", [](auto& s) -> auto& { return s.auth.leeway; }, {seconds{0}, minutes{10}},
          "how far the provider's clock may be off"),
      duration(
          "auth.keys_refresh", [](auto& s) -> auto& { return s.auth.keys_refresh; }, {seconds{1}, hours{24}},
          "how often the provider's keys are fetched again"),
      duration(
          "auth.keys_max_stale", [](auto& s) -> auto& { return s.auth.keys_max_stale; }, {},
          "how long old keys count while the provider is away"),
      duration(
          "auth.legacy_session_max", [](auto& s) -> auto& { return s.auth.legacy_session_max; }, {},
          "life of a session whose token came in the URL"),
      text(
          "auth.ca_file", [](auto& s) -> auto& { return s.auth.ca_file; }, anything,
          "PEM file of authorities for the provider's TLS; empty: the system's"),
      boolean(
          "auth.open_admin_api", [](auto& s) -> auto& { return s.auth.open_admin_api; },
          "let legacy dashboards use the admin API without a token"),
      list(
          "auth.open_admin_from", [](auto& s) -> auto& { return s.auth.open_admin_from; },
          network_but_not_all, "addresses or CIDR blocks that open_admin_api is for"),

      choice(
          "accounts.registration", [](auto& s) -> auto& { return s.auth.registration; },
          {Choice{"auto", auth::Registration::automatic}, Choice{"open", auth::Registration::open},
           Choice{"invite", auth::Registration::invite}, Choice{"closed", auth::Registration::closed}},
          "who may sign up (embedded issuer); auto: open when all is loopback, else closed"),
      integer(
          "accounts.registrations_per_address",
          [](auto& s) -> auto& { return s.auth.registrations_per_address; }, {1, 1'000'000},
          "sign-ups a day from one address (IPv6: from one /64)"),

      choice(
          "store.backend", [](auto& s) -> auto& { return s.store.backend; },
          {Choice{"sqlite", store::Backend::sqlite}, Choice{"postgres", store::Backend::postgres}},
          "the database: a file of the server's own, or a PostgreSQL server"),
      secret(text(
          "store.url", [](auto& s) -> auto& { return s.store.url; }, anything,
          "sqlite: the database file, empty: chat.db in data_dir; postgres: postgresql://…")),
      integer(
          "store.pool", [](auto& s) -> auto& { return s.store.pool; }, {1, 64},
          "connections to the database that read"),
      duration(
          "store.timeout", [](auto& s) -> auto& { return s.store.timeout; }, {.most = minutes{10}},
          "how long one call may wait for the database"),

      choice(
          "cache.backend", [](auto& s) -> auto& { return s.cache.backend; },
          {Choice{"embedded", cache::Backend::embedded}, Choice{"valkey", cache::Backend::valkey}},
          "who orders messages: this process alone, or Valkey for any number of servers"),
      secret(text(
          "cache.url", [](auto& s) -> auto& { return s.cache.url; }, anything,
          "valkey: valkey://user:password@host:port/db, valkeys://… (TLS), or valkey:///path/of/socket")),
      duration(
          "cache.timeout", [](auto& s) -> auto& { return s.cache.timeout; }, {.most = minutes{10}},
          "valkey: how long one exchange may take"),
      integer(
          "cache.messages", [](auto& s) -> auto& { return s.cache.messages; }, {1, 100'000},
          "recent messages in the welcome"),
      integer(
          "cache.backlog_max", [](auto& s) -> auto& { return s.cache.backlog_max; }, {1, 1'000'000'000},
          "messages waiting for the database before new ones are refused"),
      boolean(
          "cache.durable", [](auto& s) -> auto& { return s.cache.durable; },
          "valkey: refuse to run where an acknowledged message may be lost"),
      text(
          "cache.prefix", [](auto& s) -> auto& { return s.cache.prefix; }, key_prefix,
          "valkey: what all keys begin with"),

      integer(
          "limits.messages", [](auto& s) -> auto& { return s.initial_rate_limit.messages; },
          {1, RateLimit::messages_max},
          "messages a user may send in a window; what a new database starts with"),
      duration(
          "limits.messages_window", [](auto& s) -> auto& { return s.initial_rate_limit.window; },
          {seconds{1}, RateLimit::window_max},
          "the window, in whole seconds; what a new database starts with"),
      integer(
          "limits.message_chars", [](auto& s) -> auto& { return s.protocol.message_chars; }, {1, 1'000'000},
          "characters of a message"),
      size(
          "limits.frame_bytes", [](auto& s) -> auto& { return s.protocol.frame_bytes; }, {512, 64 * mebibyte},
          "what a client may send at once"),
      integer(
          "limits.connections_per_user", [](auto& s) -> auto& { return s.hub.connections_per_user; },
          {0, 1'000'000}, "open connections of one user; 0: no limit"),
      integer(
          "limits.connections_per_address", [](auto& s) -> auto& { return s.server.connections_per_address; },
          {0, 1'000'000}, "open connections of one address (IPv6: of one /64); 0: no limit"),
      integer(
          "limits.connects_per_second", [](auto& s) -> auto& { return s.server.connects_per_second; },
          {0, 1'000'000}, "new connections a second; 0: no limit"),
      integer(
          "limits.sessions_max", [](auto& s) -> auto& { return s.server.sessions_max; }, {0, 100'000'000},
          "open connections in all; 0: from the open-files limit"),
      duration(
          "limits.handshake_timeout", [](auto& s) -> auto& { return s.server.handshake_timeout; },
          {.most = minutes{10}}, "how long a whole HTTP request may take to arrive"),
      size(
          "limits.header_bytes", [](auto& s) -> auto& { return s.server.header_bytes; }, {kibibyte, mebibyte},
          "head of an HTTP request"),
      size(
          "limits.body_bytes", [](auto& s) -> auto& { return s.server.body_bytes; },
          {kibibyte, 64 * mebibyte}, "body of an HTTP request"),
      size(
          "limits.feed_bytes", [](auto& s) -> auto& { return s.hub.feed_bytes; },
          {64 * kibibyte, 16 * gibibyte},
          "how far a session may fall behind, in bytes of broadcasts; memory of each shard"),
      size(
          "limits.outbox_bytes", [](auto& s) -> auto& { return s.hub.outbox_bytes; },
          {4 * kibibyte, gibibyte}, "what may wait for one session alone"),

      duration(
          "keepalive.ping", [](auto& s) -> auto& { return s.hub.keepalive.ping; }, {.most = hours{24}},
          "silence after which the server pings"),
      duration(
          "keepalive.idle", [](auto& s) -> auto& { return s.hub.keepalive.idle; }, {.most = hours{24}},
          "silence after which the session is dropped; more than ping"),

      duration(
          "presence.grace", [](auto& s) -> auto& { return s.hub.presence.grace; }, {seconds{0}, minutes{10}},
          "a user who is back within it never went offline"),
      size(
          "presence.bytes_per_second", [](auto& s) -> auto& { return s.hub.presence.bytes_per_second; },
          {kibibyte, gibibyte}, "what one session is told of presence"),
      size(
          "presence.bytes_per_second_total",
          [](auto& s) -> auto& { return s.hub.presence.bytes_per_second_total; }, {kibibyte, 64 * gibibyte},
          "what all sessions together are told of presence"),
      integer(
          "presence.listed_max", [](auto& s) -> auto& { return s.hub.presence.listed_max; }, {0, 1'000'000},
          "users in the first list; the others follow"),

      integer(
          "resume.messages_max", [](auto& s) -> auto& { return s.hub.resume_messages_max; }, {0, 1'000'000},
          "missed messages that a resuming client gets"),
      duration(
          "drain.timeout", [](auto& s) -> auto& { return s.server.drain_timeout; }, {seconds{0}, hours{1}},
          "how long a stopping server waits for its sessions"),
      duration(
          "analytics.interval", [](auto& s) -> auto& { return s.hub.analytics_interval; }, {.most = hours{1}},
          "how often the dashboard's figures are sent"),
      text(
          "metrics.listen", [](auto& s) -> auto& { return s.server.metrics_listen; }, endpoint_or_empty,
          "where /metrics is served; empty: nowhere"),

      choice(
          "log.level", [](auto& s) -> auto& { return s.log.level; },
          {Choice{"debug", LogLevel::debug}, Choice{"info", LogLevel::info},
           Choice{"warning", LogLevel::warning}, Choice{"error", LogLevel::error},
           Choice{"off", LogLevel::off}},
          "debug, info, warning, error or off"),
      choice(
          "log.format", [](auto& s) -> auto& { return s.log.format; },
          {Choice<std::optional<LogFormat>>{"auto", std::nullopt},
           Choice<std::optional<LogFormat>>{"text", LogFormat::text},
           Choice<std::optional<LogFormat>>{"json", LogFormat::json}},
          "text, json, or auto: text on a terminal, else json"),
  };
  return table;
}

}  // namespace chatserver::config
