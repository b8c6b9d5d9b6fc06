#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace chatserver::auth {

// A key that only the servers of an installation know, for marking what they gave out themselves. Values
// made for one purpose prove nothing for another.
//
// Threading: any.
class KeyedMac {
 public:
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
