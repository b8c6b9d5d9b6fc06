#include "auth/revocations.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include <openssl/sha.h>

namespace chatserver::auth {
namespace {

// `iat` has seconds, so a token of the same second may be older or younger.
bool issued_by(const Claims& claims, Timestamp time) {
  using std::chrono::floor;
  using std::chrono::seconds;
  return !claims.issued_at || floor<seconds>(*claims.issued_at) <= floor<seconds>(time);
}

std::uint64_t short_hash(std::string_view text) {
  if (text.empty()) return 0;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::uint64_t hash = 0;
  std::memcpy(&hash, digest.data(), sizeof hash);
  return hash;
}

}  // namespace

LoginId login_id(std::string_view session_id) {
  return LoginId{short_hash(session_id)};
}

KeyId key_id(std::string_view kid) {
  return KeyId{short_hash(kid)};
}

bool Revocations::revoke_subject(const UserId& subject, Timestamp valid_from) {
  const MutexLock lock(mutex_);
  return revoke(subjects_, subject, {.issued_until = valid_from, .ends = Timestamp::max()}, valid_from);
}

bool Revocations::revoke_session(std::string_view session_id, Timestamp now, Timestamp until) {
  if (session_id.empty()) return false;
  const MutexLock lock(mutex_);
  return revoke(logins_, login_id(session_id), {.issued_until = now, .ends = until}, now);
}

template <class Id>
bool Revocations::revoke(Table<Id>& table, const Id& id, Revocation revocation, Timestamp now) {
  const auto known = table.find(id);
  if (known != table.end()) {
    Revocation& so_far = known->second;
    if (revocation.issued_until <= so_far.issued_until && revocation.ends <= so_far.ends) return false;
    so_far.issued_until = std::max(so_far.issued_until, revocation.issued_until);
    so_far.ends = std::max(so_far.ends, revocation.ends);
    return true;
  }
  if (table.size() >= entries_max_) make_room(table, now);
  table.emplace(id, revocation);
  return true;
}

// Half at once, so that a full table is not searched for every entry that joins it.
template <class Id>
void Revocations::make_room(Table<Id>& table, Timestamp now) {
  std::erase_if(table, [&](const auto& entry) { return entry.second.ends <= now; });
  if (table.size() < entries_max_) return;
  std::vector<Timestamp> times;
  times.reserve(table.size());
  for (const auto& entry : table) times.push_back(entry.second.issued_until);
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  everybody_until_ = std::max(everybody_until_, *middle);
  std::erase_if(table, [&](const auto& entry) { return entry.second.issued_until <= *middle; });
}

bool Revocations::revoked(const Claims& claims, Timestamp now) const {
  const LoginId login = login_id(claims.session_id);
  const MutexLock lock(mutex_);
  if (everybody_until_ != Timestamp::min() && issued_by(claims, everybody_until_)) return true;
  const auto subject = subjects_.find(claims.subject);
  if (subject != subjects_.end() && issued_by(claims, subject->second.issued_until)) return true;
  const auto session = logins_.find(login);
  return session != logins_.end() && now < session->second.ends;
}

}  // namespace chatserver::auth
