#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string_view>
#include <vector>

namespace chatserver::auth {

class VerificationKey;

enum class KeySetError {
  malformed,  // not a JSON object with an array `keys`, or one with duplicate members
  too_large,  // more than keys_max keys
};

[[nodiscard]] std::string_view name(KeySetError error) noexcept;

inline constexpr std::size_t keys_max = 64;

// The public keys that an issuer signs with (a JWK Set, RFC 7517), immutable.
//
// A key that is not understood or not usable for signatures (symmetric, OKP,
// `use` other than sig, RSA of less than 2048 bits, a foreign curve, a `kid`
// that came before) is left out by itself; the others count.
//
// Threading: any, once built.
class KeySet {
 public:
  [[nodiscard]] static std::expected<KeySet, KeySetError> parse(std::string_view jwks_json);

  KeySet();  // no keys
  KeySet(KeySet&&) noexcept;
  KeySet& operator=(KeySet&&) noexcept;
  ~KeySet();

  [[nodiscard]] bool empty() const noexcept { return keys_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  [[nodiscard]] std::size_t skipped() const noexcept { return skipped_; }

  // Null when there is none.
  [[nodiscard]] const VerificationKey* find(std::string_view kid) const noexcept;
  [[nodiscard]] const std::vector<std::unique_ptr<const VerificationKey>>& keys() const noexcept {
    return keys_;
  }

 private:
  std::vector<std::unique_ptr<const VerificationKey>> keys_;
  std::size_t skipped_ = 0;
};

}  // namespace chatserver::auth
