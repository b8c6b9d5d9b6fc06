#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace chatserver::auth {

// Why the signing key cannot be used, naming the file and what to do: for an
// operator to read (exit code 3).
struct SigningKeyError {
  std::string message;
};

// The embedded issuer's private key: RSA, 2048 bits, RS256 (the algorithm that
// every client library knows).
//
// Threading: any, once built.
class SigningKey {
 public:
  [[nodiscard]] static SigningKey generate();

  // PEM (PKCS #8), unencrypted.
  [[nodiscard]] static std::expected<SigningKey, SigningKeyError> from_pem(std::string_view pem);
  [[nodiscard]] std::string to_pem() const;

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  // Its RFC 7638 thumbprint.
  [[nodiscard]] const std::string& kid() const noexcept;

  // The public half as a JWK (an object with kty, n, e, kid, alg, use).
  [[nodiscard]] std::string public_jwk_json() const;

  // A JWS in compact form over a JSON payload; `type` becomes the header's `typ`.
  [[nodiscard]] std::string sign(std::string_view payload_json, std::string_view type = "JWT") const;

 private:
  struct Impl;
  explicit SigningKey(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The key in `file`, which is made when it is missing: written whole, with mode
// 0600, and on disk before this returns; of two processes that start at once
// both get the same key. Refuses a file that others may read or write.
[[nodiscard]] std::expected<SigningKey, SigningKeyError> load_or_create_signing_key(
    const std::filesystem::path& file);

}  // namespace chatserver::auth
