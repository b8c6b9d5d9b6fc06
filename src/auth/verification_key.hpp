#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "auth/algorithm.hpp"
#include "auth/compact_jws.hpp"

struct _cjose_jwk_int;  // NOLINT(bugprone-reserved-identifier): cjose's

namespace chatserver::auth {

inline constexpr std::size_t rsa_bits_min = 2048;
inline constexpr std::size_t rsa_bits_max = 8192;  // what one verification may cost

// One public key that signatures can be verified with.
//
// Threading: any. cjose reads a key's members while it verifies and counts no
// reference, and OpenSSL guards what it caches in a key with a lock of its own.
class VerificationKey {
 public:
  // Null when the JWK (RFC 7517) is not such a key, or is not understood. One
  // that shows its private half is not: anybody could sign with it.
  [[nodiscard]] static std::unique_ptr<const VerificationKey> from_jwk(const boost::json::object& jwk);

  [[nodiscard]] const std::optional<std::string>& kid() const noexcept { return kid_; }

  // Whether key type, curve and the key's own `alg` allow it.
  [[nodiscard]] bool allows(Algorithm algorithm) const noexcept;

  // `jws` is `token` taken apart, with an algorithm that allows() accepts.
  [[nodiscard]] bool verifies(std::string_view token, const CompactJws& jws) const;

 private:
  struct Release {
    void operator()(_cjose_jwk_int* jwk) const noexcept;
  };

  VerificationKey() = default;

  std::optional<std::string> kid_;
  std::optional<Algorithm> algorithm_;  // none: any that goes with the type
  KeyType type_ = KeyType::rsa;
  std::size_t signature_bytes_ = 0;
  std::unique_ptr<_cjose_jwk_int, Release> jwk_;
};

}  // namespace chatserver::auth
