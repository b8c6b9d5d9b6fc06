#pragma once

#include <string>
#include <string_view>

namespace chatserver::protocol {

// Appends `utf8` as a JSON string with its quotes; escapes only what RFC 8259
// §7 requires, all else stays as it is. `utf8` is valid UTF-8. Threading: pure.
void append_json_string(std::string& out, std::string_view utf8);

}  // namespace chatserver::protocol
