#include "app/issuer_keys.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace chatserver::app {
namespace {

bool has(const auth::SigningKeys& keys, const std::string& kid) {
  return keys.current().kid() == kid ||
         std::ranges::find(keys.retired(), kid, &auth::RetiredKey::kid) != keys.retired().end();
}

// What went although tokens that it signed may still run.
std::vector<std::string> dropped(const auth::SigningKeys& before, const auth::SigningKeys& after,
                                 Timestamp now) {
  std::vector<std::string> kids;
  if (!has(after, before.current().kid())) kids.push_back(before.current().kid());
  for (const auth::RetiredKey& key : before.retired()) {
    if (key.until > now && !has(after, key.kid)) kids.push_back(key.kid);
  }
  return kids;
}

}  // namespace

IssuerKeys::IssuerKeys(const auth::KeyFiles& files, auth::Issuer& issuer, auth::KeyRing& ring,
                       chat::SessionEnder& sessions, const Clock& clock)
    : files_(files), issuer_(issuer), ring_(ring), sessions_(sessions), clock_(clock) {}

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
  take_over(*std::move(keys), now);
  return other_ones;
}

// In this order: no token is signed with a key that does not verify yet, and no session
// is let in by a key after those that it let in have ended.
void IssuerKeys::take_over(auth::SigningKeys keys, Timestamp now) {
  const std::vector<std::string> gone = dropped(*issuer_.keys(), keys, now);
  ring_.replace(keys.public_keys(), clock_.monotonic());
  issuer_.use(std::move(keys));
  for (const std::string& kid : gone) sessions_.end_key(kid);
}

}  // namespace chatserver::app
