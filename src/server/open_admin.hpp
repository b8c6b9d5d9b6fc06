#pragma once

#include <optional>
#include <string_view>

#include "auth/options.hpp"
#include "model/ids.hpp"
#include "server/address.hpp"
#include "server/http_policy.hpp"
#include "server/http_request.hpp"
#include "server/http_response.hpp"

namespace chatserver::server {

// Which requests without a token may administer (auth.open_admin_api): those of a
// dashboard that knows no tokens, from the addresses listed, and not those that some page
// in a browser or some proxy may have made there.
//
// Threading: any, once built. Lifetime: the policies outlive it.
class OpenAdmin {
 public:
  OpenAdmin(const auth::Options& options, const AddressSet& trusted_proxies, const Cors& cors,
            const HostPolicy& hosts)
      : open_(options.open_admin_api),
        from_(options.open_admin_from),
        trusted_proxies_(trusted_proxies),
        cors_(cors),
        hosts_(hosts) {}

  [[nodiscard]] bool open() const noexcept { return open_; }

  // The answer to a request without a token that may not administer; none for one that may.
  [[nodiscard]] std::optional<Response> refusal(const Request& request) const;

 private:
  const bool open_;
  const AddressSet from_;
  const AddressSet& trusted_proxies_;
  const Cors& cors_;
  const HostPolicy& hosts_;
};

// Who has done what a request without a token did: no user of any issuer is called so.
inline const UserId open_admin_user{"[open admin API]"};

}  // namespace chatserver::server
