#include "server/address.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/check.hpp"

namespace chatserver::server {
namespace {

std::array<unsigned char, 16> bytes_of(const Address& address) {
  if (address.is_v6()) return address.to_v6().to_bytes();
  std::array<unsigned char, 16> bytes{};
  std::ranges::copy(address.to_v4().to_bytes(), bytes.begin());
  return bytes;
}

bool same_prefix(const Address& a, const Address& b, unsigned bits) {
  if (a.is_v6() != b.is_v6()) return false;
  const auto x = bytes_of(a);
  const auto y = bytes_of(b);
  const std::size_t whole = bits / 8;
  if (!std::equal(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(whole), y.begin())) return false;
  if (bits % 8 == 0) return true;
  const unsigned shift = 8 - bits % 8;
  return (x[whole] >> shift) == (y[whole] >> shift);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

Address unmapped(const Address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
}

std::optional<Address> parse_address(std::string_view text) {
  boost::system::error_code error;
  const Address address = boost::asio::ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return unmapped(address);
}

Address limit_key(const Address& address) {
  if (address.is_v4()) return address;
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return boost::asio::ip::address_v6(bytes);
}

AddressSet::AddressSet(const std::vector<std::string>& blocks) {
  for (const std::string_view text : blocks) {
    const std::size_t slash = text.find('/');
    const auto network = parse_address(text.substr(0, slash));
    check(network.has_value(), "address blocks were checked with the settings");
    unsigned bits = network->is_v4() ? 32 : 128;
    if (slash != std::string_view::npos) {
      std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
    }
    blocks_.push_back({*network, bits});
  }
}

bool AddressSet::contains(const Address& address) const {
  return std::ranges::any_of(
      blocks_, [&](const Block& block) { return same_prefix(address, block.network, block.prefix_bits); });
}

Address client_address(const Address& peer, std::string_view x_forwarded_for,
                       const AddressSet& trusted_proxies) {
  Address client = peer;
  while (!x_forwarded_for.empty() && trusted_proxies.contains(client)) {
    const std::size_t comma = x_forwarded_for.rfind(',');
    const std::string_view last =
        comma == std::string_view::npos ? x_forwarded_for : x_forwarded_for.substr(comma + 1);
    const auto named = parse_address(trim(last));
    if (!named) break;
    client = *named;
    x_forwarded_for = comma == std::string_view::npos ? std::string_view{} : x_forwarded_for.substr(0, comma);
  }
  return client;
}

bool names_addresses(std::string_view x_forwarded_for) {
  for (;;) {
    const std::size_t comma = x_forwarded_for.find(',');
    if (!parse_address(trim(x_forwarded_for.substr(0, comma)))) return false;
    if (comma == std::string_view::npos) return true;
    x_forwarded_for.remove_prefix(comma + 1);
  }
}

}  // namespace chatserver::server
