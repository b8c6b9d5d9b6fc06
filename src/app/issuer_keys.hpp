#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>

#include "auth/issuer/issuer.hpp"
#include "auth/issuer/key_storage.hpp"
#include "auth/key_ring.hpp"
#include "base/clock.hpp"
#include "chat/session_ender.hpp"

namespace chatserver::app {

// Takes over the keys that are kept, when a rotation has changed them or an old one's time is over.
// One that goes before its time was dropped, so that what it signed ends: live sessions too.
//
// Threading: one thread; look() blocks. Lifetime: everything given by reference outlives it.
class IssuerKeys {
 public:
  struct Parts {
    const auth::KeyStorage& storage;
    auth::Issuer& issuer;
    auth::KeyRing& ring;
    chat::SessionEnder& sessions;
    const Clock& clock;
    // How long a new key verifies before it signs: until other servers have seen it too, who
    // would refuse its tokens. None where there is one server.
    std::chrono::milliseconds head_start{0};
  };

  explicit IssuerKeys(const Parts& parts) : parts_(parts) {}

  // Whether the keys are other ones now. An error leaves those in force, and comes
  // back at the next look; so does store::Unavailable, which it throws.
  [[nodiscard]] std::expected<bool, auth::SigningKeyError> look();

 private:
  struct Upcoming {
    auth::SigningKeys keys;
    Monotonic signs_at;
  };

  [[nodiscard]] bool take_over(auth::SigningKeys keys, Timestamp now);
  void sign_when_due();

  const Parts parts_;
  std::string version_;
  std::optional<Timestamp> next_end_;
  std::optional<Upcoming> upcoming_;  // these verify already
};

}  // namespace chatserver::app
