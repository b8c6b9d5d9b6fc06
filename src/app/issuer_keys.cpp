#include "app/issuer_keys.hpp"

#include <utility>

namespace chatserver::app {

IssuerKeys::IssuerKeys(const auth::KeyFiles& files, auth::Issuer& issuer, auth::KeyRing& ring,
                       const Clock& clock)
    : files_(files), issuer_(issuer), ring_(ring), clock_(clock) {}

std::expected<bool, auth::SigningKeyError> IssuerKeys::look() {
  // Asked before loading: what changes in between is seen at the next look.
  std::string version = files_.version();
  const Timestamp now = clock_.utc();
  const bool one_is_over = next_end_ && *next_end_ <= now;
  if (version == version_ && !one_is_over) return false;
  auto keys = files_.load(now);
  if (!keys) return std::unexpected(std::move(keys.error()));
  next_end_ = keys->next_end();
  version_ = std::move(version);
  const bool other_ones = keys->jwks_json() != issuer_.jwks_json();
  // In this order: no token is signed with a key that does not verify yet.
  ring_.replace(keys->public_keys(), clock_.monotonic());
  issuer_.use(*std::move(keys));
  return other_ones;
}

}  // namespace chatserver::app
