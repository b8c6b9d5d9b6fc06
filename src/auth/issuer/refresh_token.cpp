#include "auth/issuer/refresh_token.hpp"

#include "auth/issuer/secret.hpp"

namespace chatserver::auth {
namespace {

NewRefreshToken make(const std::string& family, const std::string& secret) {
  return {.token = family + '.' + secret, .hashes = {.family = hash_of(family), .secret = hash_of(secret)}};
}

}  // namespace

std::optional<RefreshToken> parse_refresh_token(std::string_view token) {
  const std::size_t dot = token.find('.');
  if (dot != secret_chars || token.size() != 2 * secret_chars + 1) return std::nullopt;
  const std::string_view family = token.substr(0, dot);
  return RefreshToken{.family = std::string(family),
                      .hashes = {.family = hash_of(family), .secret = hash_of(token.substr(dot + 1))}};
}

NewRefreshToken make_refresh_token(Random& random) {
  return make(make_secret(random), make_secret(random));
}

NewRefreshToken make_successor(const RefreshToken& presented, Random& random) {
  return make(presented.family, make_secret(random));
}

}  // namespace chatserver::auth
