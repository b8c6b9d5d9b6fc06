#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "server/http_request.hpp"

namespace chatserver::server {

// Whether the public URL is https, and so whether cookies can be kept to it.
enum class Transport { plain, tls };

// The cookies of the pages: unreadable for scripts, not sent along with requests
// that other sites make (but with links to us), and under TLS bound to this very
// host by the prefix `__Host-`.
//
// Threading: any.
class Cookies {
 public:
  explicit Cookies(Transport transport) : transport_(transport) {}

  // What the browser sent as `name`; none when absent. Of several the first counts.
  [[nodiscard]] std::optional<std::string> find(const Request& request, std::string_view name) const;

  // Values of Set-Cookie. `life` none: until the browser is closed.
  [[nodiscard]] std::string set(std::string_view name, std::string_view value,
                                std::optional<std::chrono::seconds> life = std::nullopt) const;
  [[nodiscard]] std::string remove(std::string_view name) const;

 private:
  [[nodiscard]] std::string full_name(std::string_view name) const;

  const Transport transport_;
};

}  // namespace chatserver::server
