#include "server/pages/front_door.hpp"

#include "auth/issuer/keyed_mac.hpp"
#include "server/http_policy.hpp"

namespace chatserver::server {

FrontDoor::FrontDoor(FrontDoorOptions options, std::string_view secret, const Parts& parts)
    : frame{.site_name = std::move(options.site_name), .style_path = style.path, .icon_path = icon.path},
      registration(options.registration),
      cookies(options.public_url.starts_with("https://") ? Transport::tls : Transport::plain),
      forms(origin_of(options.public_url), auth::KeyedMac(secret, "forms"), parts.random),
      devices(auth::KeyedMac(secret, "device cookies"), parts.random),
      provider(parts.provider),
      accounts(parts.accounts),
      links(parts.links),
      clock(parts.clock),
      log(parts.log),
      sign_ups(options.registrations_per_address) {}

}  // namespace chatserver::server
