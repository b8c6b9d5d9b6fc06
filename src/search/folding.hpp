#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chatserver::search {

// Bytes of a text that count; a longer one is found by its beginning.
inline constexpr std::size_t text_bytes_max = 64 * 1024;

// The characters of a text as they are compared: compatibility forms and case folded
// (Unicode NFKC and full case folding), invisible characters left out, and so the marks that
// readers leave out: accents, Hebrew points, Arabic vowels. Marks that are letters in
// effect (Indic and Thai vowels, the voicing of kana) stay.
//
// Any bytes will do: what is not UTF-8 becomes a space. Threading: pure.
// Limits: text_bytes_max; one character becomes 18 at most.
[[nodiscard]] std::u32string fold(std::string_view text);

}  // namespace chatserver::search
