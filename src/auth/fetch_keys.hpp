#pragma once

#include <atomic>
#include <expected>
#include <string>

#include "auth/fetch.hpp"
#include "auth/key_set.hpp"

namespace chatserver::auth {

// The key set of an issuer: from `jwks_url`, or, when that is empty, from where
// the discovery document (OpenID Connect Discovery 1.0, section 4) says, which
// must name `issuer` to the letter. A set without a usable key is an error.
// Blocks as `fetch` does.
[[nodiscard]] std::expected<KeySet, FetchError> fetch_keys(const std::string& issuer,
                                                           const std::string& jwks_url, const Fetch& fetch,
                                                           const std::atomic<bool>& stop);

}  // namespace chatserver::auth
