#include "auth/issuer/secret.hpp"

#include <array>
#include <cstddef>
#include <span>

#include <sodium.h>

#include "auth/base64url.hpp"

namespace chatserver::auth {

std::string new_secret(Random& random) {
  std::array<char, 32> bytes{};
  random.fill(std::as_writable_bytes(std::span(bytes)));
  return base64url_encode({bytes.data(), bytes.size()});
}

store::SecretHash hash_of(std::string_view secret) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  return store::SecretHash(base64url_encode({reinterpret_cast<const char*>(hash.data()), hash.size()}));
}

}  // namespace chatserver::auth
