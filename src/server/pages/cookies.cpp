#include "server/pages/cookies.hpp"

#include <algorithm>

namespace chatserver::server {

std::string Cookies::full_name(std::string_view name) const {
  return (transport_ == Transport::tls ? "__Host-chat_" : "chat_") + std::string(name);
}

std::optional<std::string> Cookies::find(const Request& request, std::string_view name) const {
  const std::string wanted = full_name(name) + "=";
  const auto [begin, end] = request.headers.equal_range("cookie");
  for (auto it = begin; it != end; ++it) {
    for (std::string_view left = it->second; !left.empty();) {
      std::string_view pair = left.substr(0, left.find(';'));
      left.remove_prefix(std::min(pair.size() + 1, left.size()));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      if (pair.starts_with(wanted)) return std::string(pair.substr(wanted.size()));
    }
  }
  return std::nullopt;
}

std::string Cookies::set(std::string_view name, std::string_view value,
                         std::optional<std::chrono::seconds> life) const {
  std::string field = full_name(name);
  field.append("=").append(value).append("; Path=/; HttpOnly; SameSite=Lax");
  if (transport_ == Transport::tls) field += "; Secure";
  if (life) field += "; Max-Age=" + std::to_string(life->count());
  return field;
}

std::string Cookies::remove(std::string_view name) const {
  return set(name, "", std::chrono::seconds{0});
}

}  // namespace chatserver::server
