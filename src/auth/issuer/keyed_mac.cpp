#include "auth/issuer/keyed_mac.hpp"

#include <sodium.h>

#include "auth/base64url.hpp"
#include "base/check.hpp"

namespace chatserver::auth {
namespace {

using Mac = std::array<unsigned char, crypto_auth_hmacsha256_BYTES>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Any length of key is fit for HMAC (RFC 2104).
Mac hmac(std::string_view key, std::string_view text) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes(text), text.size());
  Mac mac{};
  crypto_auth_hmacsha256_final(&state, mac.data());
  return mac;
}

}  // namespace

KeyedMac::KeyedMac(std::string_view secret, std::string_view purpose) : key_(hmac(secret, purpose)) {
  check(!secret.empty(), "there is a secret to make a key from");
}

std::string KeyedMac::mark(std::string_view text) const {
  const Mac mac = hmac({reinterpret_cast<const char*>(key_.data()), key_.size()}, text);
  return base64url_encode({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

bool KeyedMac::matches(std::string_view text, std::string_view mark) const {
  const std::string right = this->mark(text);
  return right.size() == mark.size() && sodium_memcmp(right.data(), mark.data(), mark.size()) == 0;
}

}  // namespace chatserver::auth
