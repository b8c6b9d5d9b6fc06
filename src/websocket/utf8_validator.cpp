#include "websocket/utf8_validator.hpp"

#include <cstddef>
#include <cstring>

#include <simdjson.h>

namespace chatserver::websocket {
namespace {

// How much of the front of `text` is ASCII, rounded down to whole words.
std::size_t ascii_words(std::string_view text) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t at = 0;
  while (at + sizeof(std::uint64_t) <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & high_bits) != 0) break;
    at += sizeof word;
  }
  return at;
}

}  // namespace

bool valid_utf8(std::string_view text) noexcept {
  return simdjson::validate_utf8(text.data(), text.size());
}

bool Utf8Validator::feed(std::string_view piece) noexcept {
  std::size_t at = complete() ? ascii_words(piece) : 0;
  for (; at < piece.size(); ++at)
    if (!take(static_cast<std::uint8_t>(piece[at]))) return false;
  return true;
}

// Unicode 15, table 3-7: well-formed UTF-8 byte sequences.
bool Utf8Validator::take(std::uint8_t byte) noexcept {
  if (missing_ > 0) {
    if (byte < low_ || byte > high_) return false;
    --missing_;
    low_ = 0x80;
    high_ = 0xBF;
    return true;
  }
  if (byte < 0x80) return true;
  if (byte < 0xC2 || byte > 0xF4) return false;
  missing_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  if (byte == 0xE0) low_ = 0xA0;   // below: overlong
  if (byte == 0xED) high_ = 0x9F;  // above: surrogates
  if (byte == 0xF0) low_ = 0x90;   // below: overlong
  if (byte == 0xF4) high_ = 0x8F;  // above: beyond U+10FFFF
  return true;
}

}  // namespace chatserver::websocket
