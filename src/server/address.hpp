#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace chatserver::server {

using Address = boost::asio::ip::address;

// An IPv4 address that came as ::ffff:a.b.c.d is the IPv4 address.
[[nodiscard]] Address unmapped(const Address& address);
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

// What connection limits count by: the address itself, of IPv6 its /64, because
// that is what one subscriber has.
[[nodiscard]] Address limit_key(const Address& address);

// Addresses and CIDR blocks. Threading: any, once built.
class AddressSet {
 public:
  // Texts that are neither are a bug: the settings were checked before.
  explicit AddressSet(const std::vector<std::string>& blocks);

  [[nodiscard]] bool contains(const Address& address) const;

 private:
  struct Block {
    Address network;
    unsigned prefix_bits;
  };
  std::vector<Block> blocks_;
};

// Whose request it is: the peer, or, while the peer is a trusted proxy, the
// address that X-Forwarded-For names, read from the right.
// It can be read that far only where names_addresses() holds.
[[nodiscard]] Address client_address(const Address& peer, std::string_view x_forwarded_for,
                                     const AddressSet& trusted_proxies);
// Whether an X-Forwarded-For is a list of addresses and nothing else.
[[nodiscard]] bool names_addresses(std::string_view x_forwarded_for);

}  // namespace chatserver::server
