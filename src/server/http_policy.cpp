#include "server/http_policy.hpp"

#include <algorithm>
#include <array>

namespace chatserver::server {
namespace {

constexpr std::string_view allowed_methods = "GET, POST, PATCH, DELETE, OPTIONS";
constexpr std::string_view allowed_headers = "Content-Type, Authorization";

constexpr std::array<std::string_view, 7> traces_of_proxies{
    "forwarded",          "via",      "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
    "x-forwarded-server", "x-real-ip"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

std::string authority_of(std::string_view origin) {
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos ? std::string{} : std::string(origin.substr(scheme + 3));
}

}  // namespace

std::string origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  return std::string(url.substr(0, std::min(url.find('/', scheme + 3), url.size())));
}

std::string_view host_without_port(std::string_view host) {
  const std::size_t from = host.starts_with('[') ? std::min(host.find(']'), host.size()) : 0;
  return host.substr(0, std::min(host.find(':', from), host.size()));
}

bool has_trace_of_proxy(const Request& request) {
  return std::ranges::any_of(traces_of_proxies,
                             [&](std::string_view name) { return request.header(name).has_value(); });
}

bool Cors::names(std::string_view origin) const {
  return origin != "*" && std::ranges::find(origins_, origin) != origins_.end();
}

void Cors::allow(const Request& request, Response& response) const {
  if (!allow_origin(request.header("origin"), response) || request.method != "OPTIONS") return;
  response.headers.emplace_back("Access-Control-Allow-Methods", allowed_methods);
  response.headers.emplace_back("Access-Control-Allow-Headers", allowed_headers);
  response.headers.emplace_back("Access-Control-Max-Age", "600");
}

bool Cors::allow_origin(std::optional<std::string_view> origin, Response& response) const {
  response.headers.emplace_back("Vary", "Origin");
  if (!origin) return false;
  const bool any = std::ranges::find(origins_, "*") != origins_.end();
  if (!any && !names(*origin)) return false;
  response.headers.emplace_back("Access-Control-Allow-Origin", any ? "*" : std::string(*origin));
  return true;
}

HostPolicy::HostPolicy(std::string_view public_url)
    : public_host_(lower(host_without_port(authority_of(origin_of(public_url))))) {}

bool HostPolicy::accepts(std::string_view host) const {
  const std::string name = lower(host_without_port(host));
  if (name == "localhost" || name == "[::1]" || name.ends_with(".localhost")) return true;
  if (!public_host_.empty() && name == public_host_) return true;
  const auto address = parse_address(name);
  return address && address->is_loopback();
}

bool is_of_this_machine(std::string_view url) {
  return HostPolicy("").accepts(authority_of(origin_of(url)));
}

}  // namespace chatserver::server
