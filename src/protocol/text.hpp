#pragma once

#include <cstddef>
#include <string_view>

namespace chatserver::protocol {

// Rules about text that people write. All take valid UTF-8 unless they say
// otherwise. Threading: pure.

[[nodiscard]] std::size_t count_code_points(std::string_view utf8) noexcept;

// Whether there is nothing in it but characters of Unicode's White_Space (or nothing at all).
[[nodiscard]] bool is_blank(std::string_view utf8) noexcept;

// Without the characters of Unicode's White_Space at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view utf8) noexcept;

// Whether it may stand in a list of names: no control, line-breaking or bidirectional-override characters.
[[nodiscard]] bool fits_a_line_of_names(std::string_view utf8) noexcept;

// Whether a user may be called so: valid UTF-8, 1 to 64 code points and not blank, no
// control, line-breaking or bidirectional-override characters, and nothing that
// reads like `server` or `[unknown]` after Unicode compatibility case folding
// (full-width letters, invisible characters and surrounding space included).
[[nodiscard]] bool acceptable_username(std::string_view name);

}  // namespace chatserver::protocol
