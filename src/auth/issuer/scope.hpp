#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chatserver::auth {

// Space-separated scopes (RFC 6749 section 3.3). Threading: pure.

// What can be granted of what a client asks for, each once: `openid` and `profile`;
// `profile` alone when it asks for nothing. Others are ignored (OpenID Connect
// Core, section 3.1.2.1). None: not a scope at all.
[[nodiscard]] std::optional<std::string> grantable_scope(std::string_view requested);

[[nodiscard]] bool has_scope(std::string_view scopes, std::string_view scope);

// Whether every one of `requested` is among `granted`.
[[nodiscard]] bool is_narrower(std::string_view requested, std::string_view granted);

}  // namespace chatserver::auth
