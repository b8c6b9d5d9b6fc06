#include "auth/issuer/clients.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>

namespace chatserver::auth {
namespace {

constexpr std::array<std::string_view, 3> loopback_hosts{"127.0.0.1", "[::1]", "localhost"};
constexpr std::string_view loopback_path = "/callback";

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && stopped == text.data() + text.size() && port > 0 && !text.starts_with('0');
}

bool is_loopback(std::string_view uri) {
  constexpr std::string_view scheme = "http://";
  if (!uri.starts_with(scheme) || !uri.ends_with(loopback_path)) return false;
  uri.remove_prefix(scheme.size());
  uri.remove_suffix(loopback_path.size());
  return std::ranges::any_of(loopback_hosts, [&](std::string_view host) {
    if (!uri.starts_with(host)) return false;
    const std::string_view rest = uri.substr(host.size());
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
  });
}

// `scheme://host[:port]` of a URL.
std::string_view origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  return scheme == std::string_view::npos ? std::string_view() : url.substr(0, url.find('/', scheme + 3));
}

// Rather too often than not: it costs a click.
bool is_on_this_machine(std::string_view origin) {
  if (origin.empty()) return false;
  std::string host(origin.substr(origin.find("://") + 3));
  host.resize(std::min(host.find(':', host.starts_with('[') ? host.find(']') : 0), host.size()));
  std::ranges::transform(host, host.begin(), [](unsigned char c) { return std::tolower(c); });
  return host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || host == "[::]" ||
         host == "0.0.0.0" || host.starts_with("127.");
}

std::string_view without_final_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

void add_below(std::vector<std::string>& uris, std::string_view base,
               std::initializer_list<std::string_view> paths) {
  if (!base.starts_with("http://") && !base.starts_with("https://")) return;
  for (const std::string_view path : paths) {
    std::string uri = std::string(without_final_slash(base)).append(path);
    if (std::ranges::find(uris, uri) == uris.end()) uris.push_back(std::move(uri));
  }
}

}  // namespace

const Client* Clients::find(std::string_view id) const noexcept {
  const auto found = std::ranges::find(clients_, id, &Client::id);
  return found == clients_.end() ? nullptr : &*found;
}

RedirectMatch match_redirect(const Client& client, std::string_view uri) {
  if (std::ranges::find(client.redirect_uris, uri) != client.redirect_uris.end()) {
    return RedirectMatch::registered;
  }
  const bool on_loopback = std::ranges::find(client.loopback_uris, uri) != client.loopback_uris.end() ||
                           (client.loopback == Loopback::any_port && is_loopback(uri));
  if (on_loopback) return RedirectMatch::loopback;
  return RedirectMatch::foreign;
}

Clients default_clients(const DefaultClients& from) {
  Client chat{.id = from.chat_client, .redirect_uris = {}, .loopback = Loopback::any_port};
  add_below(chat.redirect_uris, from.public_url, {"/", "/callback"});
  Client web{.id = from.dashboard_client, .redirect_uris = {}};
  add_below(web.redirect_uris, from.public_url, {"/", "/callback", "/admin", "/admin/callback"});
  for (const std::string& origin : from.cors_origins) {
    const bool is_our_own = origin_of(origin) == origin_of(from.public_url);
    const bool needs_click = !is_our_own && is_on_this_machine(origin_of(origin));
    add_below(needs_click ? web.loopback_uris : web.redirect_uris, origin,
              {"/", "/callback", "/admin", "/admin/callback"});
  }
  return Clients({std::move(chat), std::move(web)});
}

}  // namespace chatserver::auth
