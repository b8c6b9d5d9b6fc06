#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <type_traits>

namespace chatserver::store::postgres {

// A number as PostgreSQL's binary formats have it. Threading: pure.
template <std::integral Integer>
[[nodiscard]] std::string big_endian(Integer value) {
  auto rest = static_cast<std::make_unsigned_t<Integer>>(value);
  std::string bytes(sizeof value, '\0');
  for (std::size_t i = sizeof value; i > 0; --i) {
    bytes[i - 1] = static_cast<char>(rest & 0xffU);
    if constexpr (sizeof value > 1) rest >>= 8U;
  }
  return bytes;
}

}  // namespace chatserver::store::postgres
