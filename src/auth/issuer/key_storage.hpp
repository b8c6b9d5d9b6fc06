#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <string>

#include "auth/issuer/key_history.hpp"
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

// The issuer's keys as they are kept.
struct KeptKeys {
  SigningKey current;
  KeyHistory history;  // may have keys that are over, or `current` itself
};

// Where the issuer's keys are kept: the private one, the public halves of those it
// replaced, and how long its longest token runs.
//
// Threading: any; calls block. Several processes may rotate and read at once.
// Errors: as returned; where the keys lie in a store, throws store::Unavailable too.
class KeyStorage {
 public:
  virtual ~KeyStorage() = default;

  // The keys as of `now`. Makes the first one.
  [[nodiscard]] std::expected<SigningKeys, SigningKeyError> load(Timestamp now) const;

  // Replaces the key by a new one. `tokens_until`: when the last ordinary token that it signed is over.
  [[nodiscard]] std::expected<void, SigningKeyError> rotate(Timestamp now, Timestamp tokens_until,
                                                            OldKey old_key);

  // To be told before a token is signed that runs longer than ordinary ones.
  [[nodiscard]] std::expected<void, SigningKeyError> expect_token(Timestamp now, Timestamp until);

  // Differs from an earlier one when load() may find something else. Cheap.
  [[nodiscard]] virtual std::string version() const = 0;

  // What is kept. Makes the first key.
  [[nodiscard]] virtual std::expected<KeptKeys, SigningKeyError> read() const = 0;

 protected:
  enum class Changed { nothing, history, key };  // the last one: both
  // Changes what it is given, or says why not.
  using Change = std::function<std::expected<Changed, SigningKeyError>(KeptKeys&)>;

  // Makes one change to what is kept just then, of several processes one after the
  // other. May call `change` again, with what is kept by then.
  [[nodiscard]] virtual std::expected<void, SigningKeyError> update(const Change& change) = 0;
};

}  // namespace chatserver::auth
