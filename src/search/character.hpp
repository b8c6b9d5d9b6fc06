#pragma once

#include <cstdint>

namespace chatserver::search {

// What a folded character is to a text's terms.
enum class Character : std::uint8_t {
  separator,  // space, punctuation, controls, what Unicode does not know
  word,       // letters and digits of scripts that write spaces between words
  unspaced,   // letters of scripts that do not: Chinese, Japanese, Korean, Thai and its neighbours
  mark,       // goes with the letter before it
  symbol,     // emoji and the like: found each by itself
};

// Korean has spaces, but its particles are written together with the word before them.
//
// Threading: pure.
[[nodiscard]] Character classify(char32_t c) noexcept;

}  // namespace chatserver::search
