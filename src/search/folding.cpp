#include "search/folding.hpp"

#include <algorithm>
#include <ranges>
#include <vector>

#include <utf8proc.h>

#include "base/check.hpp"

namespace chatserver::search {
namespace {

using CodePoints = std::vector<utf8proc_int32_t>;

const utf8proc_uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}
utf8proc_ssize_t size_of(std::string_view text) {
  return static_cast<utf8proc_ssize_t>(text.size());
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::u32string fold_ascii(std::string_view text) {
  std::u32string folded;
  folded.reserve(text.size());
  for (const char c : text) folded += static_cast<char32_t>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return folded;
}

// Well-formed: a space for each byte that is not part of a character.
std::string mended(std::string_view text) {
  std::string well_formed;
  well_formed.reserve(text.size());
  while (!text.empty()) {
    utf8proc_int32_t ignored = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(bytes_of(text), size_of(text), &ignored);
    if (length > 0) {
      well_formed += text.substr(0, static_cast<std::size_t>(length));
    } else {
      well_formed += ' ';
    }
    text.remove_prefix(length > 0 ? static_cast<std::size_t>(length) : 1);
  }
  return well_formed;
}

// Of the blocks named at fold(): combining diacritical marks, Hebrew, Arabic, half marks.
bool is_left_out_by_readers(utf8proc_int32_t c) {
  const bool in_block = (c >= 0x0300 && c <= 0x036F) || (c >= 0x0591 && c <= 0x05C7) ||
                        (c >= 0x0610 && c <= 0x061A) || (c >= 0x064B && c <= 0x065F) || c == 0x0670 ||
                        (c >= 0x06D6 && c <= 0x06ED) || (c >= 0x1AB0 && c <= 0x1AFF) ||
                        (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20FF) ||
                        (c >= 0xFE20 && c <= 0xFE2F);
  if (!in_block) return false;
  const auto category = utf8proc_category(c);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

CodePoints decomposed(std::string_view well_formed) {
  constexpr int flags =
      UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  // The library declares an enum of the single flags as the type of their union.
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
  constexpr auto options = static_cast<utf8proc_option_t>(flags);
  CodePoints code_points(well_formed.size());  // enough, but for the rare characters that become many
  for (;;) {
    const utf8proc_ssize_t count =
        utf8proc_decompose(bytes_of(well_formed), size_of(well_formed), code_points.data(),
                           static_cast<utf8proc_ssize_t>(code_points.size()), options);
    check(count >= 0, "well-formed text can be decomposed");
    const bool fits = static_cast<std::size_t>(count) <= code_points.size();
    code_points.resize(static_cast<std::size_t>(count));
    if (fits) return code_points;
  }
}

// Composed again, or each Hangul syllable would be three characters.
void compose(CodePoints& code_points) {
  constexpr int flags = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): as above
  constexpr auto options = static_cast<utf8proc_option_t>(flags);
  const utf8proc_ssize_t count = utf8proc_normalize_utf32(
      code_points.data(), static_cast<utf8proc_ssize_t>(code_points.size()), options);
  check(count >= 0, "code points can be composed");
  code_points.resize(static_cast<std::size_t>(count));
}

}  // namespace

std::u32string fold(std::string_view text) {
  text = text.substr(0, text_bytes_max);
  if (is_ascii(text)) return fold_ascii(text);
  CodePoints code_points = decomposed(mended(text));
  std::erase_if(code_points, is_left_out_by_readers);
  compose(code_points);
  return {code_points.begin(), code_points.end()};
}

}  // namespace chatserver::search
