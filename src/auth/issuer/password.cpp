#include "auth/issuer/password.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <new>
#include <optional>

#include <argon2.h>
#include <sodium.h>

#include "base/check.hpp"

namespace chatserver::auth {
namespace {

constexpr std::size_t salt_bytes = 16;  // RFC 9106 section 3.1
constexpr std::size_t hash_bytes = 32;
constexpr std::size_t phc_chars_max = 127;
constexpr std::uint32_t lanes = 1;

// libargon2 takes its memory by malloc, and glibc keeps a block of this size for the next hash once
// one was freed. libsodium maps and unmaps it each time, with the address space locked: a shard on
// the same core then waits for milliseconds (decision 0050).
std::string argon2id(std::string_view password, const PasswordCost& cost) {
  std::array<unsigned char, salt_bytes> salt{};
  randombytes_buf(salt.data(), salt.size());
  std::array<char, phc_chars_max + 1> phc{};
  const int outcome = argon2id_hash_encoded(
      static_cast<std::uint32_t>(cost.passes), static_cast<std::uint32_t>(cost.memory_bytes / 1024), lanes,
      password.data(), password.size(), salt.data(), salt.size(), hash_bytes, phc.data(), phc.size());
  if (outcome == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  check(outcome == ARGON2_OK, "the cost of a password's hash is one that Argon2 allows");
  return phc.data();
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
  const bool known = !stored.empty() && stored.size() <= phc_chars_max;
  const std::string against(known ? stored : std::string_view(decoy_));
  const int outcome = argon2id_verify(against.c_str(), password.data(), password.size());
  if (outcome == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  const bool matches = outcome == ARGON2_OK;
  return known && matches;
}

}  // namespace chatserver::auth
