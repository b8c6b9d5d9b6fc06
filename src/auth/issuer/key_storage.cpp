#include "auth/issuer/key_storage.hpp"

#include <algorithm>
#include <utility>

namespace chatserver::auth {
namespace {

void forget_keys_that_are_over(KeyHistory& history, Timestamp now) {
  std::erase_if(history.retired, [&](const RetiredKey& key) { return key.until <= now; });
}

// In the history while it still signs: a rotation has ended halfway.
void forget_current(KeptKeys& kept) {
  std::erase_if(kept.history.retired, [&](const RetiredKey& key) { return key.kid == kept.current.kid(); });
}

}  // namespace

std::expected<SigningKeys, SigningKeyError> KeyStorage::load(Timestamp now) const {
  auto kept = read();
  if (!kept) return std::unexpected(std::move(kept.error()));
  forget_keys_that_are_over(kept->history, now);
  forget_current(*kept);
  return SigningKeys(std::move(kept->current), std::move(kept->history.retired));
}

std::expected<void, SigningKeyError> KeyStorage::rotate(Timestamp now, Timestamp tokens_until,
                                                        OldKey old_key) {
  return update([&](KeptKeys& kept) -> std::expected<Changed, SigningKeyError> {
    forget_keys_that_are_over(kept.history, now);
    forget_current(kept);
    if (old_key == OldKey::verifies) {
      if (kept.history.retired.size() >= retired_keys_max) {
        return std::unexpected(SigningKeyError{"signing keys: tokens of " + std::to_string(retired_keys_max) +
                                               " earlier keys still run; wait until some have expired"});
      }
      // `tokens_until` of the history stays: if this ends halfway, the key that it is about signs on.
      kept.history.retired.push_back({.kid = kept.current.kid(),
                                      .public_jwk_json = kept.current.public_jwk_json(),
                                      .until = std::max(tokens_until, kept.history.tokens_until)});
    }
    kept.current = SigningKey::generate();
    return Changed::key;
  });
}

std::expected<void, SigningKeyError> KeyStorage::expect_token(Timestamp now, Timestamp until) {
  return update([&](KeptKeys& kept) -> std::expected<Changed, SigningKeyError> {
    if (kept.history.tokens_until >= until) return Changed::nothing;
    forget_keys_that_are_over(kept.history, now);
    kept.history.tokens_until = until;
    return Changed::history;
  });
}

}  // namespace chatserver::auth
