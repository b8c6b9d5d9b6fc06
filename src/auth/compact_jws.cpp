#include "auth/compact_jws.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "auth/base64url.hpp"
#include "auth/json.hpp"

namespace chatserver::auth {
namespace {

// Members that change what the signature covers or which key counts.
constexpr std::array<std::string_view, 8> refused_members{"crit", "b64", "zip", "cty",
                                                          "jwk",  "jku", "x5u", "x5c"};

std::string normalized_type(std::string_view type) {
  std::string lower(type);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  constexpr std::string_view prefix = "application/";  // may be left out: RFC 7515 section 4.1.9
  if (lower.starts_with(prefix)) lower.erase(0, prefix.size());
  return lower;
}

std::expected<void, TokenError> read_header(std::string_view text, CompactJws& jws) {
  const auto header = parse_json_object(text);
  if (!header) return std::unexpected(TokenError::malformed);

  const auto* alg = string_member(*header, "alg");
  if (!alg) return std::unexpected(TokenError::unsupported_algorithm);
  const auto algorithm = algorithm_named(*alg);
  if (!algorithm) return std::unexpected(TokenError::unsupported_algorithm);
  jws.algorithm = *algorithm;

  if (std::ranges::any_of(refused_members, [&](auto member) { return header->contains(member); })) {
    return std::unexpected(TokenError::unsupported_header);
  }
  if (header->contains("kid")) {
    const auto* kid = string_member(*header, "kid");
    if (!kid) return std::unexpected(TokenError::unsupported_header);
    jws.kid = std::string(*kid);
  }
  if (header->contains("typ")) {
    const auto* type = string_member(*header, "typ");
    if (!type || type->empty()) return std::unexpected(TokenError::unsupported_header);
    jws.type = normalized_type(*type);
  }
  return {};
}

}  // namespace

std::expected<CompactJws, TokenError> parse_compact_jws(std::string_view token) {
  const auto first = token.find('.');
  if (first == std::string_view::npos) return std::unexpected(TokenError::malformed);
  const auto second = token.find('.', first + 1);
  // A JWE has five parts: a third dot shows it.
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return std::unexpected(TokenError::malformed);
  }
  const auto header = base64url_decode(token.substr(0, first));
  auto payload = base64url_decode(token.substr(first + 1, second - first - 1));
  const auto signature = base64url_decode(token.substr(second + 1));
  if (!header || !payload || !signature) return std::unexpected(TokenError::malformed);

  CompactJws jws{};
  if (const auto read = read_header(*header, jws); !read) return std::unexpected(read.error());
  jws.payload = std::move(*payload);
  jws.signature_bytes = signature->size();
  return jws;
}

}  // namespace chatserver::auth
