#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace chatserver::auth {

inline constexpr std::size_t password_bytes_max = 256;
inline constexpr std::size_t password_chars_min = 8;

enum class PasswordError {
  too_short,
  too_long,
  not_text,
  common,  // see check_password_choice()
  is_name,
};

// Fit for whoever chose the password.
[[nodiscard]] std::string_view text(PasswordError error) noexcept;

// Whether a new password may be chosen; counted in code points. Threading: pure.
[[nodiscard]] std::expected<void, PasswordError> check_password(std::string_view password);

// What one Argon2id hash costs.
struct PasswordCost {
  std::uint64_t passes = 2;
  std::size_t memory_bytes = std::size_t{19} * 1024 * 1024;  // OWASP's minimum for t=2, p=1
};

// Hashes and checks passwords with Argon2id (PHC strings).
// Threading: any; a call takes tens of milliseconds and memory_bytes, so never on a shard.
class PasswordHasher {
 public:
  explicit PasswordHasher(PasswordCost cost = {});

  [[nodiscard]] std::string hash(std::string_view password) const;

  // `stored` empty (an unknown name, an account without password): false, after
  // the same work as for a wrong password, so that time does not tell names.
  [[nodiscard]] bool verify(std::string_view password, std::string_view stored) const;

 private:
  PasswordCost cost_;
  std::string decoy_;  // a hash that no password has
};

}  // namespace chatserver::auth
