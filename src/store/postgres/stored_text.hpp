#pragma once

#include <string>
#include <string_view>

namespace chatserver::store::postgres {

// Any bytes, as a PostgreSQL text that gives them back.
//
// A PostgreSQL text is well-formed UTF-8 without NUL; one value that is not would
// fail the whole batch, again and again. What cannot stand in a text becomes
// U+FDD0, which Unicode keeps for such internal marks, and two hexadecimal
// digits a byte; so does U+FDD0 itself. All ordinary text is stored as it is.
//
// Threading: pure.
[[nodiscard]] std::string to_stored(std::string_view bytes);
[[nodiscard]] std::string from_stored(std::string_view text);

}  // namespace chatserver::store::postgres
