#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

#include "auth/issuer/signing_key.hpp"
#include "auth/issuer/signing_keys.hpp"
#include "base/clock.hpp"

namespace chatserver::auth {

// More rotations than this, while tokens of all the keys still run, are refused.
inline constexpr std::size_t retired_keys_max = 32;

// What becomes of the key that a rotation replaces.
enum class OldKey {
  verifies,  // until its last token has expired
  dropped,   // at once. For a key that somebody may have read
};

// Where the issuer's keys lie: the private one in `file`; beside it, in
// `issuer-keys.json`, the public halves of those it replaced, and how long its
// longest token runs.
//
// Threading: any; calls block. Several processes may rotate and read at once.
class KeyFiles {
 public:
  explicit KeyFiles(std::filesystem::path file);

  // The keys as of `now`. Makes the first one.
  [[nodiscard]] std::expected<SigningKeys, SigningKeyError> load(Timestamp now) const;

  // Replaces the key by a new one. `tokens_until`: when the last ordinary token that it signed is over.
  [[nodiscard]] std::expected<void, SigningKeyError> rotate(Timestamp now, Timestamp tokens_until,
                                                            OldKey old_key) const;

  // To be told before a token is signed that runs longer than ordinary ones.
  [[nodiscard]] std::expected<void, SigningKeyError> expect_token(Timestamp now, Timestamp until) const;

  // Differs from an earlier one when load() may find something else.
  [[nodiscard]] std::string version() const;

 private:
  const std::filesystem::path file_;
  const std::filesystem::path history_file_;
};

}  // namespace chatserver::auth
