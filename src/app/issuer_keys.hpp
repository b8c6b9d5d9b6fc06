#pragma once

#include <expected>
#include <optional>
#include <string>

#include "auth/issuer/issuer.hpp"
#include "auth/issuer/key_files.hpp"
#include "auth/key_ring.hpp"
#include "base/clock.hpp"
#include "chat/session_ender.hpp"

namespace chatserver::app {

// Takes over the keys that lie on disk, when a rotation has changed them or an old one's time is over.
// One that goes before its time was dropped, so that what it signed ends: live sessions too.
//
// Threading: one thread; look() reads files. Lifetime: everything given by reference outlives it.
class IssuerKeys {
 public:
  IssuerKeys(const auth::KeyFiles& files, auth::Issuer& issuer, auth::KeyRing& ring,
             chat::SessionEnder& sessions, const Clock& clock);

  // Whether the keys are other ones now. An error leaves those in force, and comes
  // back at the next look.
  [[nodiscard]] std::expected<bool, auth::SigningKeyError> look();

 private:
  void take_over(auth::SigningKeys keys, Timestamp now);

  const auth::KeyFiles& files_;
  auth::Issuer& issuer_;
  auth::KeyRing& ring_;
  chat::SessionEnder& sessions_;
  const Clock& clock_;
  std::string version_;
  std::optional<Timestamp> next_end_;
};

}  // namespace chatserver::app
