#include "auth/issuer/secret.hpp"

#include <array>
#include <span>

#include <openssl/sha.h>

#include "auth/base64url.hpp"

namespace chatserver::auth {

std::string sha256(std::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string make_secret(Random& random) {
  std::array<std::byte, 32> bytes;
  random.fill(bytes);
  return base64url_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

store::SecretHash hash_of(std::string_view secret) {
  return store::SecretHash(base64url_encode(sha256(secret)));
}

}  // namespace chatserver::auth
