#include "server/pages/front_door.hpp"

#include "server/http_policy.hpp"

namespace chatserver::server {

FrontDoor::FrontDoor(FrontDoorOptions options, const auth::KeyedMac& device_mac, const Parts& parts)
    : frame{.site_name = std::move(options.site_name), .style_path = style.path, .icon_path = icon.path},
      registration(options.registration),
      cookies(options.public_url.starts_with("https://") ? Transport::tls : Transport::plain),
      forms(origin_of(options.public_url), parts.random),
      devices(device_mac, parts.random),
      provider(parts.provider),
      accounts(parts.accounts),
      links(parts.links),
      clock(parts.clock),
      log(parts.log),
      sign_ups(options.registrations_per_address) {}

}  // namespace chatserver::server
