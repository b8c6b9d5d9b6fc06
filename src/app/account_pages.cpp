#include "app/account_pages.hpp"

#include <algorithm>
#include <thread>

#include "server/http_policy.hpp"
#include "server/pages/paths.hpp"
#include "server/pages/query.hpp"

namespace chatserver::app {
namespace {

// A quarter of the cores at most, however many want to sign in; the rest waits its
// turn, some seconds at most, and what is beyond that hears so at once.
std::size_t hashing_threads() {
  return std::max<std::size_t>(1, std::thread::hardware_concurrency() / 4);
}
constexpr std::size_t hashes_waiting_max = 64;

std::string link_below(std::string_view public_url, std::string_view path, std::string_view parameter,
                       std::string_view secret) {
  while (public_url.ends_with('/')) public_url.remove_suffix(1);
  return std::string(public_url) + server::with_parameter(path, parameter, secret);
}

std::string site_name(const config::Settings& settings) {
  if (!settings.server.name.empty()) return settings.server.name;
  const std::string origin = server::origin_of(settings.server.public_url);
  const std::size_t scheme = origin.find("://");
  return std::string(server::host_without_port(origin.substr(scheme == origin.npos ? 0 : scheme + 3)));
}

}  // namespace

AccountPages::AccountPages(const config::Settings& settings, server::Reach reach,
                           std::string_view device_secret, const Parts& parts)
    : public_url_(settings.server.public_url),
      accounts_(parts.store, hasher_, parts.clock, parts.random),
      links_(accounts_, parts.store, parts.clock, parts.random),
      door_({.site_name = site_name(settings),
             .public_url = settings.server.public_url,
             .registration = server::registration_policy(settings.auth.registration, reach),
             .registrations_per_address = settings.auth.registrations_per_address},
            device_secret,
            {.provider = parts.provider,
             .accounts = accounts_,
             .links = links_,
             .clock = parts.clock,
             .random = parts.random,
             .log = parts.log}),
      hashing_pool_(hashing_threads(), hashes_waiting_max, ThreadPriority::background) {}

std::optional<std::string> AccountPages::new_setup_link() {
  const auto secret = links_.new_setup_link();
  if (!secret) return std::nullopt;
  return setup_link(public_url_, *secret);
}

std::string setup_link(std::string_view public_url, std::string_view secret) {
  return link_below(public_url, server::set_up_path, "key", secret);
}

std::string invite_link(std::string_view public_url, std::string_view secret) {
  return link_below(public_url, server::invite_path, "code", secret);
}

}  // namespace chatserver::app
