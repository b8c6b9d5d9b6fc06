#pragma once

#include <string>
#include <string_view>

#include "auth/issuer/query.hpp"

namespace chatserver::server {

// One of our paths with a parameter in its query.
[[nodiscard]] inline std::string with_parameter(std::string_view path, std::string_view name,
                                                std::string_view value) {
  std::string query;
  auth::append_parameter(query, name, value);
  return std::string(path).append("?").append(query);
}

}  // namespace chatserver::server
