#include "protocol/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include <utf8proc.h>

#include "protocol/options.hpp"

namespace chatserver::protocol {
namespace {

// What utf8proc_map() allocates.
using FoldedText = std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)>;

const utf8proc_uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

// Takes the first code point off `text`; none when it is not valid UTF-8. `text` is not empty.
std::optional<char32_t> take_code_point(std::string_view& text) {
  utf8proc_int32_t code_point = 0;
  const utf8proc_ssize_t bytes =
      utf8proc_iterate(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &code_point);
  if (bytes <= 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(bytes));
  return static_cast<char32_t>(code_point);
}

// Unicode 15, PropList.txt: White_Space.
constexpr bool is_white_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// Controls, line and paragraph separators, and what overrides or isolates the
// direction of the text around it (UAX #9, explicit formatting).
constexpr bool breaks_a_line_of_names(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

// Compatibility case folding without invisible characters and outer space:
// what looks like `server` becomes `server`.
std::string fold(std::string_view name) {
  constexpr int flags = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                        UTF8PROC_IGNORE | UTF8PROC_STRIPCC;
  // The library declares an enum of the single flags as the type of their union.
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
  constexpr auto options = static_cast<utf8proc_option_t>(flags);
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t bytes =
      utf8proc_map(bytes_of(name), static_cast<utf8proc_ssize_t>(name.size()), &mapped, options);
  const FoldedText owner(mapped, &std::free);
  if (bytes < 0) return {};
  std::string folded(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(bytes));
  // Every white space that compatibility mapping leaves outside is U+0020, or a control.
  folded.erase(0, folded.find_first_not_of(' '));
  folded.erase(folded.find_last_not_of(' ') + 1);
  return folded;
}

}  // namespace

std::size_t count_code_points(std::string_view utf8) noexcept {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

bool is_blank(std::string_view utf8) noexcept {
  while (!utf8.empty()) {
    const std::optional<char32_t> c = take_code_point(utf8);
    if (!c || !is_white_space(*c)) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view utf8) noexcept {
  std::size_t begin = utf8.size();
  std::size_t end = utf8.size();
  for (std::string_view left = utf8; !left.empty();) {
    const std::size_t at = utf8.size() - left.size();
    const std::optional<char32_t> c = take_code_point(left);
    if (!c) return utf8;
    if (is_white_space(*c)) continue;
    begin = std::min(begin, at);
    end = utf8.size() - left.size();
  }
  return utf8.substr(begin, end - begin);
}

bool fits_a_line_of_names(std::string_view utf8) noexcept {
  while (!utf8.empty()) {
    const std::optional<char32_t> c = take_code_point(utf8);
    if (!c || breaks_a_line_of_names(*c)) return false;
  }
  return true;
}

bool acceptable_username(std::string_view name) {
  if (!fits_a_line_of_names(name) || count_code_points(name) > username_chars_max || is_blank(name))
    return false;
  const std::string folded = fold(name);
  return !folded.empty() && folded != "server" && folded != "[unknown]";
}

}  // namespace chatserver::protocol
