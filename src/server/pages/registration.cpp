#include "server/pages/registration.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace chatserver::server {
namespace {

// Any of them is the trace of a proxy. Who forges one only shuts the door on itself.
constexpr std::array<std::string_view, 7> traces{
    "forwarded",          "via",      "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
    "x-forwarded-server", "x-real-ip"};

}  // namespace

RegistrationPolicy registration_policy(auth::Registration setting, Reach reach) {
  if (setting != auth::Registration::automatic) return {.direct = setting, .forwarded = setting};
  const bool open = reach == Reach::this_machine;
  return {.direct = open ? auth::Registration::open : auth::Registration::closed};
}

auth::Registration registration_for(const RegistrationPolicy& policy, const Request& request) {
  const bool forwarded =
      std::ranges::any_of(traces, [&](auto name) { return request.header(name).has_value(); });
  return forwarded ? policy.forwarded : policy.direct;
}

}  // namespace chatserver::server
