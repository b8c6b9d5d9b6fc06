#pragma once

#include <string>
#include <string_view>

#include "auth/issuer/query.hpp"

namespace chatserver::server {

// One of our paths with a parameter in its query.
[[nodiscard]] inline std::string with_parameter(std::string_view path, std::string_view name,
                                                std::string_view value) {
  std::string url(path);
  auth::append_parameter(url, name, value);
  return url;
}

}  // namespace chatserver::server
