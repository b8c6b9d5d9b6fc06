#include "search/character.hpp"

#include <algorithm>
#include <array>

#include <utf8proc.h>

namespace chatserver::search {
namespace {

struct Range {
  char32_t first, last;
};

// Blocks of Unicode 15.
constexpr std::array unspaced_blocks{
    Range{0x0E00, 0x0EFF},    // Thai, Lao
    Range{0x1000, 0x109F},    // Myanmar
    Range{0x1100, 0x11FF},    // Hangul Jamo
    Range{0x1780, 0x17FF},    // Khmer
    Range{0x3005, 0x3007},    // iteration mark and zero of Han
    Range{0x3040, 0x31FF},    // Hiragana, Katakana, Bopomofo, Hangul letters, Kanbun
    Range{0x3400, 0x4DBF},    // Han
    Range{0x4E00, 0x9FFF},    // Han
    Range{0xA960, 0xA97F},    // Hangul Jamo
    Range{0xAC00, 0xD7FF},    // Hangul
    Range{0xF900, 0xFAFF},    // Han, compatibility
    Range{0x1AFF0, 0x1B16F},  // Kana, further blocks
    Range{0x20000, 0x3FFFF},  // Han, planes 2 and 3
};

bool is_of_unspaced_script(char32_t c) {
  return std::ranges::any_of(unspaced_blocks,
                             [c](const Range& block) { return block.first <= c && c <= block.last; });
}

Character classify_ascii(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9') ? Character::word : Character::separator;
}

}  // namespace

Character classify(char32_t c) noexcept {
  if (c < 0x80) return classify_ascii(c);
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
      return is_of_unspaced_script(c) ? Character::unspaced : Character::word;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NO:
      return Character::word;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return Character::mark;
    case UTF8PROC_CATEGORY_SO:
      return Character::symbol;
    default:
      return Character::separator;
  }
}

}  // namespace chatserver::search
