#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/ids.hpp"

namespace chatserver::auth {

// What a verified access token says about its bearer. Strings are valid UTF-8
// and, but for the roles, not empty and free of NUL; subject and authorized_party hold no
// control characters at all. Whether a user name is acceptable is the protocol's rule (403).
struct Claims {
  UserId subject;                  // sub
  std::string username;            // preferred_username
  std::string authorized_party;    // azp: the application
  std::vector<std::string> roles;  // realm_access.roles; empty when the token names none
  std::string session_id;          // sid; empty when the token names none
  Timestamp expires_at;            // exp, without leeway
  std::optional<Timestamp> issued_at;
  std::string kid{};  // of the key that verified it; empty when the issuer gives it none

  friend bool operator==(const Claims&, const Claims&) = default;
};

}  // namespace chatserver::auth
