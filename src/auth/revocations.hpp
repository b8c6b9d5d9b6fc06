#pragma once

#include <cstddef>
#include <string_view>
#include <unordered_map>

#include "auth/claims.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "model/ids.hpp"

namespace chatserver::auth {

// A token's `sid` in the form that a live session remembers. The same on every
// node; 0 for a token without one. Threading: pure.
[[nodiscard]] LoginId login_id(std::string_view session_id);
// The same of a key's `kid`.
[[nodiscard]] KeyId key_id(std::string_view kid);

// Tokens that are refused although they are signed and not yet over: their user
// was disabled, has another password or role, or has signed out.
//
// Threading: any. Limits: `entries_max` of each kind; when there are more, the
// older half is given up and whatever was issued until then is refused to everybody:
// a token too many has to be renewed, and none that was revoked comes back.
class Revocations {
 public:
  explicit Revocations(std::size_t entries_max = 100'000) : entries_max_(entries_max) {}

  // Refuses the subject's tokens that were issued in the second of `valid_from`
  // or before, and those that do not say when. False when all of them are refused already.
  bool revoke_subject(const UserId& subject, Timestamp valid_from) CHAT_EXCLUDES(mutex_);

  // Refuses the tokens of this `sid` until their time is over; none is issued after `now`. False as above.
  bool revoke_session(std::string_view session_id, Timestamp now, Timestamp until) CHAT_EXCLUDES(mutex_);

  [[nodiscard]] bool revoked(const Claims& claims, Timestamp now) const CHAT_EXCLUDES(mutex_);

 private:
  struct Revocation {
    Timestamp issued_until;  // tokens issued later are none of its business
    Timestamp ends;
  };
  template <class Id>
  using Table = std::unordered_map<Id, Revocation>;

  template <class Id>
  bool revoke(Table<Id>& table, const Id& id, Revocation revocation, Timestamp now) CHAT_REQUIRES(mutex_);
  template <class Id>
  void make_room(Table<Id>& table, Timestamp now) CHAT_REQUIRES(mutex_);

  const std::size_t entries_max_;
  mutable Mutex mutex_;
  Table<UserId> subjects_ CHAT_GUARDED_BY(mutex_);
  Table<LoginId> logins_ CHAT_GUARDED_BY(mutex_);
  Timestamp everybody_until_ CHAT_GUARDED_BY(mutex_) = Timestamp::min();
};

}  // namespace chatserver::auth
