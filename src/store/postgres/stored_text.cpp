#include "store/postgres/stored_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace chatserver::store::postgres {
namespace {

constexpr std::string_view mark = "\xef\xb7\x90";  // U+FDD0
constexpr std::string_view digits = "0123456789abcdef";

// The bytes that may begin a code point of a certain length, and what its second byte may be.
struct Lead {
  unsigned char first, last;
  std::size_t length;
  unsigned char second_min, second_max;
};

// Table 3-7 of the Unicode Standard, NUL left out.
constexpr std::array<Lead, 9> leads{{{0x01, 0x7f, 1, 0, 0},
                                     {0xc2, 0xdf, 2, 0x80, 0xbf},
                                     {0xe0, 0xe0, 3, 0xa0, 0xbf},
                                     {0xe1, 0xec, 3, 0x80, 0xbf},
                                     {0xed, 0xed, 3, 0x80, 0x9f},
                                     {0xee, 0xef, 3, 0x80, 0xbf},
                                     {0xf0, 0xf0, 4, 0x90, 0xbf},
                                     {0xf1, 0xf3, 4, 0x80, 0xbf},
                                     {0xf4, 0xf4, 4, 0x80, 0x8f}}};

unsigned char byte_at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

// Length of the code point that `rest` begins with; 0 when there is none that a text may have.
std::size_t code_point_length(std::string_view rest) {
  const unsigned char first = byte_at(rest, 0);
  const auto* lead = std::ranges::find_if(
      leads, [first](const Lead& one) { return one.first <= first && first <= one.last; });
  if (lead == leads.end() || rest.size() < lead->length) return 0;
  for (std::size_t i = 1; i < lead->length; ++i) {
    const unsigned char least = i == 1 ? lead->second_min : 0x80;
    const unsigned char most = i == 1 ? lead->second_max : 0xbf;
    if (byte_at(rest, i) < least || byte_at(rest, i) > most) return 0;
  }
  return lead->length;
}

std::optional<unsigned> digit(std::string_view text, std::size_t index) {
  if (index >= text.size()) return std::nullopt;
  const std::size_t value = digits.find(text[index]);
  return value == std::string_view::npos ? std::nullopt : std::optional(static_cast<unsigned>(value));
}

}  // namespace

std::string to_stored(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = bytes.starts_with(mark) ? 0 : code_point_length(bytes);
    if (length == 0) {
      text += mark;
      text += digits[byte_at(bytes, 0) >> 4U];
      text += digits[byte_at(bytes, 0) & 0xfU];
    } else {
      text += bytes.substr(0, length);
    }
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return text;
}

std::string from_stored(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (;;) {
    const std::size_t at = text.find(mark);
    bytes += text.substr(0, at);
    if (at == std::string_view::npos) return bytes;
    const auto high = digit(text, at + mark.size());
    const auto low = digit(text, at + mark.size() + 1);
    const bool is_byte = high && low;
    if (is_byte) {
      bytes += static_cast<char>(*high << 4U | *low);
    } else {
      bytes += mark;  // not ours: text that another program stored
    }
    text.remove_prefix(at + mark.size() + (is_byte ? 2 : 0));
  }
}

}  // namespace chatserver::store::postgres
