#pragma once

#include "auth/options.hpp"
#include "server/http_request.hpp"

namespace chatserver::server {

// From where the server can be reached: as its listeners and its public URL say.
enum class Reach { this_machine, network };

// Who may sign up by themselves: what `accounts.registration` means for this
// server. Neither value is `automatic`.
struct RegistrationPolicy {
  auth::Registration direct = auth::Registration::closed;
  // For requests that a proxy passed on. With `automatic` nobody can sign up by one:
  // whoever puts a proxy before a loopback listener has not thereby opened it to the world.
  auth::Registration forwarded = auth::Registration::closed;
};

[[nodiscard]] RegistrationPolicy registration_policy(auth::Registration setting, Reach reach);

// What holds for this request. Threading: pure.
[[nodiscard]] auth::Registration registration_for(const RegistrationPolicy& policy, const Request& request);

}  // namespace chatserver::server
