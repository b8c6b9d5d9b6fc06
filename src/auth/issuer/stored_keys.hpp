#pragma once

#include <expected>
#include <string>

#include "auth/issuer/key_storage.hpp"
#include "store/secrets.hpp"

namespace chatserver::auth {

// The keys in a store that servers share: one secret, so that it changes whole.
//
// Lifetime: the store outlives it.
class StoredKeys final : public KeyStorage {
 public:
  explicit StoredKeys(store::Secrets& secrets) : secrets_(secrets) {}

  // Whether there are any yet: read() makes them.
  [[nodiscard]] bool any() const;
  // Takes over what others keep, unless there are some already: then false. Of several
  // that do so at once one wins.
  [[nodiscard]] bool adopt(const KeptKeys& keys);

  [[nodiscard]] std::string version() const override;
  [[nodiscard]] std::expected<KeptKeys, SigningKeyError> read() const override;

 private:
  [[nodiscard]] std::expected<void, SigningKeyError> update(const Change& change) override;

  store::Secrets& secrets_;
};

}  // namespace chatserver::auth
