#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/issuer/account_links.hpp"
#include "auth/issuer/accounts.hpp"
#include "auth/issuer/provider.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "server/pages/assets.hpp"
#include "server/pages/cookies.hpp"
#include "server/pages/device_cookies.hpp"
#include "server/pages/form_guard.hpp"
#include "server/pages/guess_limit.hpp"
#include "server/pages/page.hpp"
#include "server/pages/registration.hpp"
#include "server/pages/sign_up_limit.hpp"

namespace chatserver::server {

struct FrontDoorOptions {
  std::string site_name;
  std::string public_url;
  RegistrationPolicy registration;
  int registrations_per_address = 5;  // a day
};

// What all pages of the embedded issuer work with.
//
// Threading: any. Lifetime: everything in `parts` outlives it.
struct FrontDoor {
  struct Parts {
    auth::Provider& provider;
    auth::AccountBook& accounts;
    auth::AccountLinks& links;
    const Clock& clock;
    Random& random;
    Log& log;
  };

  // `secret`: long-lived, and the same for all servers behind one address: what one of them marks,
  // in a form or a cookie, another one or a later one recognizes.
  FrontDoor(FrontDoorOptions options, std::string_view secret, const Parts& parts);

  const Asset style = style_asset();
  const Asset icon = icon_asset();
  const PageFrame frame;
  const RegistrationPolicy registration;
  const Cookies cookies;
  const FormGuard forms;
  const DeviceCookies devices;

  auth::Provider& provider;
  auth::AccountBook& accounts;
  auth::AccountLinks& links;
  const Clock& clock;
  Log& log;

  GuessLimit guesses;
  SignUpLimit sign_ups;
};

// Which threads wait, so that no shard does.
enum class Waiting {
  store,    // for the database
  hashing,  // for passwords too: tens of milliseconds of a core
};

// The rest of an answer, which blocks.
struct Later {
  Waiting on = Waiting::store;
  std::move_only_function<Response()> answer;
  // When nothing came of it: too much is waiting already, or the store is away. Takes back what was counted
  // ahead.
  std::move_only_function<void()> withdraw = [] {};
};
using PageAnswer = std::variant<Response, Later>;

// A page: looks at the request at once, on a shard, so without blocking, and
// leaves the rest for later. The request outlives the answer.
using PageHandler = PageAnswer (*)(FrontDoor& door, const Request& request);

}  // namespace chatserver::server
