#include "server/pages/assets.hpp"

#include <cstddef>

#include "auth/base64url.hpp"
#include "auth/issuer/secret.hpp"

namespace chatserver::server {
namespace {

// Enough of the hash that another content has another path.
std::string short_hash(std::string_view content) {
  constexpr std::size_t chars = 12;
  return auth::base64url_encode(auth::sha256(content)).substr(0, chars);
}

}  // namespace

Asset style_asset() {
  return {.path = "/assets/style." + short_hash(style_css()) + ".css",
          .type = "text/css; charset=utf-8",
          .content = style_css()};
}

Asset icon_asset() {
  return {.path = "/assets/icon." + short_hash(icon_svg()) + ".svg",
          .type = "image/svg+xml",
          .content = icon_svg()};
}

}  // namespace chatserver::server
