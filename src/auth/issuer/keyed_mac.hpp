#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace chatserver::auth {

// A key that only this server knows, for marking what it gave out itself. Values
// made for one purpose prove nothing for another.
//
// Threading: any.
class KeyedMac {
 public:
  // A key of its own, forgotten with the program.
  explicit KeyedMac(Random& random);
  // The key that follows from `secret` (long-lived, unguessable) for `purpose`.
  KeyedMac(std::string_view secret, std::string_view purpose);

  // HMAC-SHA-256 in base64url.
  [[nodiscard]] std::string mark(std::string_view text) const;
  // Takes as long wherever they differ.
  [[nodiscard]] bool matches(std::string_view text, std::string_view mark) const;

 private:
  std::array<unsigned char, 32> key_{};
};

}  // namespace chatserver::auth
