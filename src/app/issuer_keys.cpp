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

std::expected<bool, auth::SigningKeyError> IssuerKeys::look() {
  sign_when_due();
  // Asked before loading: what changes in between is seen at the next look.
  std::string version = parts_.storage.version();
  const Timestamp now = parts_.clock.utc();
  const bool one_is_over = next_end_ && *next_end_ <= now;
  if (version == version_ && !one_is_over) return false;
  auto keys = parts_.storage.load(now);
  if (!keys) return std::unexpected(std::move(keys.error()));
  next_end_ = keys->next_end();
  version_ = std::move(version);
  return take_over(*std::move(keys), now);
}

// In this order: no token is signed with a key that does not verify yet, and no session
// is let in by a key after those that it let in have ended.
bool IssuerKeys::take_over(auth::SigningKeys keys, Timestamp now) {
  const auto signing = parts_.issuer.keys();
  const auth::SigningKeys& before = upcoming_ ? upcoming_->keys : *signing;
  const std::vector<std::string> gone = dropped(before, keys, now);
  const bool other_ones = keys.jwks_json() != before.jwks_json();
  const Monotonic seen = parts_.clock.monotonic();
  Monotonic signs_at = seen;
  if (has(keys, signing->current().kid())) {  // else nothing that it signs counts any more
    const bool same_key = keys.current().kid() == before.current().kid();
    if (!same_key) signs_at = seen + parts_.head_start;
    if (same_key && upcoming_) signs_at = upcoming_->signs_at;
  }
  parts_.ring.replace(keys.public_keys(), seen);
  upcoming_ = Upcoming{.keys = std::move(keys), .signs_at = signs_at};
  sign_when_due();
  for (const std::string& kid : gone) parts_.sessions.end_key(kid);
  return other_ones;
}

void IssuerKeys::sign_when_due() {
  if (!upcoming_ || parts_.clock.monotonic() < upcoming_->signs_at) return;
  parts_.issuer.use(std::move(upcoming_->keys));
  upcoming_.reset();
}

}  // namespace chatserver::app
