#include "websocket/handshake.hpp"

#include <array>
#include <cstddef>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace chatserver::websocket {
namespace {

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

}  // namespace

bool valid_key(std::string_view sec_websocket_key) {
  // 16 bytes are 128 bits: 21 digits of 6, a last one of 2, and padding.
  if (sec_websocket_key.size() != 24 || !sec_websocket_key.ends_with("==")) return false;
  const std::string_view digits = sec_websocket_key.substr(0, 22);
  if (digits.find_first_not_of(base64_digits) != std::string_view::npos) return false;
  return base64_digits.find(digits.back()) % 16 == 0;
}

std::string accept_key(std::string_view sec_websocket_key) {
  std::string challenge(sec_websocket_key);
  challenge += guid;

  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(challenge.data()), challenge.size(), digest.data());

  std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> encoded{};  // and EVP's final NUL
  const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return {encoded.begin(), encoded.begin() + length};
}

}  // namespace chatserver::websocket
