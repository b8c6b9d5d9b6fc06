#include "cache/valkey/node_name.hpp"

#include <array>
#include <cstddef>

#include <fmt/format.h>

namespace chatserver::cache::valkey {

std::string new_node_name(Random& random) {
  constexpr std::size_t bytes_of_name = 8;
  std::array<std::byte, bytes_of_name> bytes{};
  random.fill(bytes);
  std::string name;
  for (const std::byte byte : bytes) name += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  return name;
}

}  // namespace chatserver::cache::valkey
