#pragma once

#include <cstdint>
#include <string_view>

namespace chatserver::websocket {

// Checks UTF-8 (RFC 3629) that arrives in pieces, and refuses the first byte
// after which no continuation could be valid. Threading: one thread.
class Utf8Validator {
 public:
  // False when the text so far is not the start of any valid text; then the
  // validator is of no further use until reset().
  [[nodiscard]] bool feed(std::string_view piece);

  // Whether the text so far ends with a whole code point.
  [[nodiscard]] bool complete() const noexcept { return missing_ == 0; }

  void reset() noexcept { *this = {}; }

 private:
  // What may come next inside a code point: `missing_` more bytes, the first of
  // them in [low_, high_] (narrower than 80..BF after E0, ED, F0 and F4).
  std::uint8_t missing_ = 0;
  std::uint8_t low_ = 0x80;
  std::uint8_t high_ = 0xBF;
};

}  // namespace chatserver::websocket
