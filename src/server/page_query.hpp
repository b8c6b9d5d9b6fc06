#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "server/http_request.hpp"
#include "server/http_response.hpp"

namespace chatserver::server {

// Which numbers a query parameter may be, and which one it is when it is not there.
struct NumberRange {
  std::int64_t least;
  std::int64_t most;
  std::int64_t otherwise;
};

// What follows reads a query parameter that may be given once; anything else is the 400
// that says so. Threading: pure.
[[nodiscard]] std::expected<std::int64_t, Response> query_number(const Request& request,
                                                                 std::string_view name, NumberRange range);
[[nodiscard]] std::expected<std::optional<std::string>, Response> query_text(const Request& request,
                                                                             std::string_view name);

}  // namespace chatserver::server
