#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/log.hpp"

namespace chatserver {

// The part of a log line that follows time and level. Both quote alike: quotes,
// backslashes, control and bidirectional characters are escaped and invalid
// UTF-8 becomes U+FFFD, so that no value can end a line, forge a field or
// rearrange a terminal. Threading: pure.

// `session ended user="Ada L." duration_ms=12`; values are quoted when they must be.
[[nodiscard]] std::string text_line(std::string_view event, std::initializer_list<LogField> fields);

// `"event":"session ended","user":"Ada L.","duration_ms":12`: members of an
// object, without its braces. Numbers that JSON lacks (infinity, NaN) are null.
[[nodiscard]] std::string json_members(std::string_view event, std::initializer_list<LogField> fields);

}  // namespace chatserver
