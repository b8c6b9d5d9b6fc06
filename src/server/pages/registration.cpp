#include "server/pages/registration.hpp"

#include "server/http_policy.hpp"

namespace chatserver::server {
RegistrationPolicy registration_policy(auth::Registration setting, Reach reach) {
  if (setting != auth::Registration::automatic) return {.direct = setting, .forwarded = setting};
  const bool open = reach == Reach::this_machine;
  return {.direct = open ? auth::Registration::open : auth::Registration::closed};
}

auth::Registration registration_for(const RegistrationPolicy& policy, const Request& request) {
  return has_trace_of_proxy(request) ? policy.forwarded : policy.direct;
}

}  // namespace chatserver::server
