#include "auth/issuer/password.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <optional>

#include <sodium.h>

#include "base/check.hpp"

namespace chatserver::auth {
namespace {

using Phc = std::array<char, crypto_pwhash_STRBYTES>;

std::string argon2id(std::string_view password, const PasswordCost& cost) {
  Phc text{};
  if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost.passes, cost.memory_bytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();  // the only reason there is
  }
  return text.data();
}

// None when the text is not UTF-8 (RFC 3629: no overlong form, surrogate, or value above U+10FFFF).
std::optional<std::size_t> count_code_points(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const unsigned lead = byte(i);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xc2 ? 0
                               : lead < 0xe0 ? 2
                               : lead < 0xf0 ? 3
                               : lead < 0xf5 ? 4
                                             : 0;
    if (length == 0) return std::nullopt;
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xc0) != 0x80) return std::nullopt;
    }
    const unsigned second = byte(i + 1);
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
        (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) {
      return std::nullopt;
    }
    i += length;
  }
  return count;
}

}  // namespace

std::string_view text(PasswordError error) noexcept {
  switch (error) {
    case PasswordError::too_short:
      return "a password has at least 8 characters";
    case PasswordError::too_long:
      return "a password has at most 256 bytes";
    case PasswordError::not_text:
      return "a password is UTF-8 text without control characters";
    case PasswordError::common:
      return "this password is among the first that a guesser tries";
    case PasswordError::is_name:
      return "a password must not be the name of the user or of the server";
  }
  return "unusable password";
}

std::expected<void, PasswordError> check_password(std::string_view password) {
  if (password.size() > password_bytes_max) return std::unexpected(PasswordError::too_long);
  const auto chars = count_code_points(password);
  const bool control =
      std::ranges::any_of(password, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
  if (!chars || control) return std::unexpected(PasswordError::not_text);
  if (*chars < password_chars_min) return std::unexpected(PasswordError::too_short);
  return {};
}

PasswordHasher::PasswordHasher(PasswordCost cost) : cost_(cost) {
  check(sodium_init() >= 0, "libsodium starts");  // may be called again
  std::array<char, 32> unguessable{};
  randombytes_buf(unguessable.data(), unguessable.size());
  decoy_ = argon2id(std::string_view(unguessable.data(), unguessable.size()), cost_);
}

std::string PasswordHasher::hash(std::string_view password) const {
  check(password.size() <= password_bytes_max, "the password was checked");
  return argon2id(password, cost_);
}

bool PasswordHasher::verify(std::string_view password, std::string_view stored) const {
  if (password.size() > password_bytes_max) return false;
  const bool known = !stored.empty() && stored.size() < crypto_pwhash_STRBYTES;
  const std::string_view against = known ? stored : std::string_view(decoy_);
  Phc phc{};
  std::ranges::copy(against, phc.begin());
  const bool matches = crypto_pwhash_str_verify(phc.data(), password.data(), password.size()) == 0;
  return known && matches;
}

}  // namespace chatserver::auth
