#pragma once

#include <cstdint>
#include <string_view>

namespace chatserver::websocket {

// Whether a whole text is UTF-8 (RFC 3629). Threading: pure.
[[nodiscard]] bool valid_utf8(std::string_view text) noexcept;

// Checks UTF-8 (RFC 3629) that arrives in pieces, and refuses the first byte
// after which no continuation could be valid. Threading: one thread.
class Utf8Validator {
 public:
  // False when the text so far is not the start of any valid text; then the
  // validator is of no further use.
  [[nodiscard]] bool feed(std::string_view piece) noexcept;

  // Whether the text so far ends with a whole code point.
  [[nodiscard]] bool complete() const noexcept { return missing_ == 0; }

 private:
  [[nodiscard]] bool take(std::uint8_t byte) noexcept;

  // What may come next inside a code point: `missing_` more bytes, the first of
  // them in [low_, high_] (narrower than 80..BF after E0, ED, F0 and F4).
  std::uint8_t missing_ = 0;
  std::uint8_t low_ = 0x80;
  std::uint8_t high_ = 0xBF;
};

}  // namespace chatserver::websocket
