#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace chatserver::cache::valkey {

// Where a Valkey server is and how it lets us in: what `cache.url` says.
//
//   valkey://[user[:password]@]host[:port][/db]      valkeys:// the same over TLS
//   valkey://[user[:password]@]/path/of/socket[?db=n]
//
// redis:// and rediss:// mean the same. What is special in a URL is %-encoded. TLS takes
// ?ca=FILE: certificates to trust instead of the system's.
struct Target {
  std::string host{};    // empty: `socket` is used
  std::string socket{};  // path
  std::uint16_t port = 6379;
  bool tls = false;
  std::string ca_file{};  // PEM; empty: the system's
  std::string user{};     // empty: the default user
  std::string password{};
  int database = 0;

  // The complaint names the key and never the password.
  [[nodiscard]] static std::expected<Target, std::string> parse(std::string_view url);

  // "valkey at cache.example.org:6379", for the log.
  [[nodiscard]] std::string description() const;

  friend bool operator==(const Target&, const Target&) = default;
};

}  // namespace chatserver::cache::valkey
