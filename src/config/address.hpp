#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chatserver::config {

// Syntax of what settings say about the network; nothing is resolved. Threading: pure.

// The parts of `scheme://[user[:password]@]host[:port][/path][?query][#fragment]`.
struct Url {
  std::string scheme;  // lower case
  std::string host;    // without brackets
  std::optional<std::uint16_t> port;
  std::string path;  // with its leading slash, or empty
  bool has_user = false;
  bool has_query_or_fragment = false;
};
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

// localhost, 127.0.0.0/8 or ::1.
[[nodiscard]] bool is_loopback_host(std::string_view host);

// What is wrong with it, to follow the key in a message; none when it is right.
using Complaint = std::optional<std::string>;

// `host:port`, `[v6]:port` or `unix:/path`.
[[nodiscard]] Complaint check_endpoint(std::string_view text);

// An address or `address/bits`, of either family.
[[nodiscard]] Complaint check_network(std::string_view text);

// Whether a network that check_network() accepts is all addresses there are.
[[nodiscard]] bool is_every_address(std::string_view network);

// `scheme://host[:port]`, http or https.
[[nodiscard]] Complaint check_origin(std::string_view text);

// https, or http on loopback; no user, query or fragment.
[[nodiscard]] Complaint check_issuer_url(std::string_view text);

// The URL or connection string without what may be secret in it.
[[nodiscard]] std::string mask_secrets(std::string_view text);

}  // namespace chatserver::config
