#include "config/address.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "config/quantity.hpp"

namespace chatserver::config {
namespace {

constexpr std::string_view letters_and_digits =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool consists_of(std::string_view text, std::string_view extra) {
  return std::ranges::all_of(text,
                             [extra](char c) { return letters_and_digits.contains(c) || extra.contains(c); });
}

bool is_address(int family, std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(family, std::string(text).c_str(), bytes.data()) == 1;
}

bool is_host(std::string_view text) {
  return !text.empty() && consists_of(text, ".-_");
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto number = parse_integer(text);
  if (!number || *number < 0 || *number > 65535 || text.starts_with('-')) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

struct HostAndPort {
  std::string host;
  std::optional<std::uint16_t> port;
};

// `host`, `host:port`, `[v6]` or `[v6]:port`.
std::optional<HostAndPort> split_host_and_port(std::string_view text) {
  const bool bracketed = text.starts_with('[');
  const std::size_t host_end = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
  if (host_end == std::string_view::npos) return std::nullopt;
  const std::string_view host = bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end);
  if (bracketed ? !is_address(AF_INET6, host) : !is_host(host)) return std::nullopt;

  HostAndPort parts{std::string(host), std::nullopt};
  const std::string_view rest = text.substr(host_end + (bracketed ? 1 : 0));
  if (!rest.empty()) {
    parts.port = rest.starts_with(':') ? parse_port(rest.substr(1)) : std::nullopt;
    if (!parts.port) return std::nullopt;
  }
  return parts;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c > '~' || c == '\\'; })) return std::nullopt;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos || scheme_end == 0) return std::nullopt;
  Url url;
  for (const char c : text.substr(0, scheme_end)) {
    if (!letters_and_digits.contains(c) && c != '+') return std::nullopt;
    url.scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }

  const std::string_view after_scheme = text.substr(scheme_end + 3);
  const std::size_t authority_end = std::min(after_scheme.find_first_of("/?#"), after_scheme.size());
  std::string_view authority = after_scheme.substr(0, authority_end);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.has_user = true;
    authority.remove_prefix(at + 1);
  }
  const auto parts = split_host_and_port(authority);
  if (!parts) return std::nullopt;
  url.host = parts->host;
  url.port = parts->port;

  const std::string_view rest = after_scheme.substr(authority_end);
  const std::size_t path_end = std::min(rest.find_first_of("?#"), rest.size());
  url.path = rest.substr(0, path_end);
  url.has_query_or_fragment = path_end != rest.size();
  return url;
}

bool is_loopback_host(std::string_view host) {
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && is_address(AF_INET, host));
}

Complaint check_endpoint(std::string_view text) {
  constexpr std::string_view unix_prefix = "unix:";
  if (text.starts_with(unix_prefix)) {
    const std::string_view path = text.substr(unix_prefix.size());
    constexpr std::size_t path_bytes_max = 107;  // sockaddr_un::sun_path, less its final zero
    if (!path.starts_with('/')) return fmt::format("\"{}\" needs an absolute path: unix:/path", text);
    if (path.size() > path_bytes_max)
      return fmt::format("\"{}\" is longer than {} bytes", text, path_bytes_max);
    return std::nullopt;
  }
  const auto parts = split_host_and_port(text);
  if (!parts || !parts->port) {
    return fmt::format("\"{}\" is no address to listen on: host:port, [v6]:port or unix:/path, port 0–65535",
                       text);
  }
  return std::nullopt;
}

Complaint check_network(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view address = text.substr(0, slash);
  const bool v4 = is_address(AF_INET, address);
  if (!v4 && !is_address(AF_INET6, address)) {
    return fmt::format("\"{}\" is no address or CIDR block, such as 10.0.0.0/8 or ::1", text);
  }
  if (slash == text.size()) return std::nullopt;
  const int bits_max = v4 ? 32 : 128;
  const auto bits = parse_integer(text.substr(slash + 1));
  if (!bits || *bits < 0 || *bits > bits_max)
    return fmt::format("\"{}\" needs 0–{} after the slash", text, bits_max);
  return std::nullopt;
}

bool is_every_address(std::string_view network) {
  const std::size_t slash = network.find('/');
  return slash != std::string_view::npos && parse_integer(network.substr(slash + 1)) == 0;
}

Complaint check_origin(std::string_view text) {
  const auto url = parse_url(text);
  if (!url || (url->scheme != "http" && url->scheme != "https") || url->has_user ||
      url->has_query_or_fragment || !url->path.empty()) {
    return fmt::format("\"{}\" must be http:// or https://, a host and at most a port", text);
  }
  return std::nullopt;
}

Complaint check_issuer_url(std::string_view text) {
  const auto url = parse_url(text);
  if (!url || (url->scheme != "http" && url->scheme != "https")) return "must be an https:// URL";
  if (url->has_user || url->has_query_or_fragment) return "must have no user, password, query or fragment";
  if (url->scheme == "http" && !is_loopback_host(url->host))
    return "must be https: http is for loopback only";
  return std::nullopt;
}

std::string mask_secrets(std::string_view text) {
  constexpr std::string_view mask = "********";
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return text.contains('=') ? std::string(mask) : std::string(text);

  // A query may hold a password too (libpq: ?password=, ?sslpassword=).
  const std::size_t query = text.find('?');
  const std::string_view visible = text.substr(0, query);
  std::string masked(visible);
  const std::size_t user = scheme_end + 3;
  if (const std::size_t at = visible.rfind('@'); at != std::string_view::npos && at > user) {
    const std::size_t colon = visible.find(':', user);
    if (colon < at) masked.replace(colon + 1, at - colon - 1, mask);
  }
  if (query != std::string_view::npos) masked += fmt::format("?{}", mask);
  return masked;
}

}  // namespace chatserver::config
