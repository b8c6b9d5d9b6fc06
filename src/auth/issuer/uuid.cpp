#include "auth/issuer/uuid.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace chatserver::auth {

std::string make_uuid(Random& random) {
  std::array<std::byte, 16> bytes{};
  random.fill(bytes);
  bytes[6] = (bytes[6] & std::byte{0x0f}) | std::byte{0x40};  // version 4
  bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};  // variant of RFC 9562

  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
    text.push_back(digits[std::to_integer<std::size_t>(bytes[i] >> 4)]);
    text.push_back(digits[std::to_integer<std::size_t>(bytes[i] & std::byte{0x0f})]);
  }
  return text;
}

}  // namespace chatserver::auth
