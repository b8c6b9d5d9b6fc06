#pragma once

#include <string>

#include "base/random.hpp"

namespace chatserver::auth {

// A random UUID (RFC 9562, version 4) in lower case.
[[nodiscard]] std::string make_uuid(Random& random);

}  // namespace chatserver::auth
