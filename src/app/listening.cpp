#include "app/listening.hpp"

#include <algorithm>
#include <utility>

#include <sys/resource.h>

#include "server/http_policy.hpp"

namespace chatserver::app {
namespace {

// Descriptors that are not sessions: databases, listeners, HTTP in passing.
constexpr std::size_t descriptors_reserved = 256;

// As many sessions as descriptors allow; the soft limit is raised to the hard one.
std::size_t sessions_max_by_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto descriptors = static_cast<std::size_t>(limit.rlim_cur);
  return descriptors > 2 * descriptors_reserved ? descriptors - descriptors_reserved : descriptors / 2;
}

}  // namespace

std::size_t sessions_max(const server::Options& options) {
  return options.sessions_max == 0 ? sessions_max_by_descriptors() : options.sessions_max;
}

std::expected<std::vector<server::Listening>, std::string> listen_on(
    const std::vector<std::string>& addresses) {
  std::vector<server::Listening> all;
  for (const std::string& address : addresses) {
    auto listening = server::open_listener(address);
    if (!listening) return std::unexpected(listening.error());
    all.push_back(*std::move(listening));
  }
  return all;
}

std::string public_url_from(const std::vector<server::Listening>& listening) {
  for (const server::Listening& one : listening) {
    if (one.address.starts_with("unix:")) continue;
    const std::string port = one.address.substr(one.address.rfind(':'));
    return one.loopback ? "http://localhost" + port : "http://" + one.address;
  }
  return "http://localhost";
}

server::Reach reach_of(const std::vector<server::Listening>& listening, std::string_view public_url) {
  const bool local =
      std::ranges::all_of(listening, &server::Listening::loopback) && server::is_of_this_machine(public_url);
  return local ? server::Reach::this_machine : server::Reach::network;
}

}  // namespace chatserver::app
