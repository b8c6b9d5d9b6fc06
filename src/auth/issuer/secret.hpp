#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"
#include "store/grants.hpp"

namespace chatserver::auth {

// 256 random bits in base64url: fit for a URL, a cookie or a form, and for nobody to guess.
[[nodiscard]] std::string new_secret(Random& random);

// What the store knows of it. Unsalted and fast, since there is nothing to guess.
[[nodiscard]] store::SecretHash hash_of(std::string_view secret);

}  // namespace chatserver::auth
