#include "server/pages/device_cookies.hpp"

#include "auth/issuer/secret.hpp"

namespace chatserver::server {
namespace {

// User names have no space.
std::string marked(std::string_view username, std::string_view device) {
  return std::string(username).append(" ").append(device);
}

}  // namespace

std::string DeviceCookies::issue(std::string_view username) const {
  const std::string device = auth::make_secret(random_);
  return device + "." + mac_.mark(marked(username, device));
}

std::string DeviceCookies::device(std::string_view cookie, std::string_view username) const {
  const std::string_view device = cookie.substr(0, cookie.find('.'));
  if (username.empty() || device.empty() || device.size() == cookie.size()) return {};
  if (!mac_.matches(marked(username, device), cookie.substr(device.size() + 1))) return {};
  return std::string(device);
}

}  // namespace chatserver::server
