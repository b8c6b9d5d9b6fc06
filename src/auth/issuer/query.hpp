#pragma once

#include <string>
#include <string_view>

namespace chatserver::auth {

// Appends `name=value` to a URL's query, which may be there already, or to a
// query without URL. Both encoded as a form (RFC 6749 appendix B); an empty value is left out.
// Threading: pure.
void append_parameter(std::string& url, std::string_view name, std::string_view value);

}  // namespace chatserver::auth
