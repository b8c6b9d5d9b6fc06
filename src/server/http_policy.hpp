#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/address.hpp"
#include "server/http_request.hpp"
#include "server/http_response.hpp"

namespace chatserver::server {

// `https://host[:port]` of a URL; empty when it has none.
[[nodiscard]] std::string origin_of(std::string_view url);
// Host without port, brackets kept: `[::1]:80` is `[::1]`.
[[nodiscard]] std::string_view host_without_port(std::string_view host);

// Whether a proxy has passed the request on and left a trace. Who forges one only shuts
// doors on itself.
[[nodiscard]] bool has_trace_of_proxy(const Request& request);

// Which pages of other origins may call the API (the Fetch standard's CORS).
// Threading: any, once built.
class Cors {
 public:
  // `*` among the origins: any.
  explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  // Whether that origin is configured itself: `*` names nobody.
  [[nodiscard]] bool names(std::string_view origin) const;
  // Adds the headers that let the request's origin see the answer.
  void allow(const Request& request, Response& response) const;
  // The same where no more is known of the request than its Origin. Whether it is allowed.
  bool allow_origin(std::optional<std::string_view> origin, Response& response) const;

 private:
  const std::vector<std::string> origins_;
};

// Which names a request to a loopback listener may call it by: a page whose
// name was made to point here (DNS rebinding) calls it by another.
// Threading: any, once built.
class HostPolicy {
 public:
  explicit HostPolicy(std::string_view public_url);

  [[nodiscard]] bool accepts(std::string_view host) const;

 private:
  const std::string public_host_;
};

// Whether the host of that URL is this machine, and nobody else's. Threading: pure.
[[nodiscard]] bool is_of_this_machine(std::string_view url);

}  // namespace chatserver::server
