#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "server/http_request.hpp"
#include "server/http_response.hpp"

namespace chatserver::server {

// The JSON object in a request's body, read field by field. Every way in which it is
// not what a route wants becomes the answer that says so, naming the field: 415 for a body
// that says it is another type, 400 for what is not one JSON object (a member twice, a
// number out of range), for a missing field, and for a value of the wrong kind. Unknown
// fields are ignored.
//
// Threading: pure.
class JsonBody {
 public:
  [[nodiscard]] static std::expected<JsonBody, Response> parse(const Request& request);

  enum class Absent { refused, allowed };  // `null` counts as absent

  enum class Lines { one, many };  // many: line ends and tabs are allowed

  // Text without control characters, at most `chars_max` code points.
  [[nodiscard]] std::expected<std::optional<std::string>, Response> text(std::string_view name,
                                                                         std::size_t chars_max, Absent absent,
                                                                         Lines lines = Lines::one) const;
  // Whether the member is this very text.
  [[nodiscard]] bool is_text(std::string_view name, std::string_view text) const;
  // Whether the member is there, be it `null`.
  [[nodiscard]] bool has(std::string_view name) const { return object_.contains(name); }

  // A whole number from `least` to `most`.
  [[nodiscard]] std::expected<std::optional<std::int64_t>, Response> integer(std::string_view name,
                                                                             std::int64_t least,
                                                                             std::int64_t most,
                                                                             Absent absent) const;
  // One to `count_max` such numbers.
  [[nodiscard]] std::expected<std::vector<std::int64_t>, Response> integers(std::string_view name,
                                                                            std::int64_t least,
                                                                            std::int64_t most,
                                                                            std::size_t count_max) const;

 private:
  explicit JsonBody(boost::json::object object) : object_(std::move(object)) {}

  // Null when it is absent and may be.
  [[nodiscard]] std::expected<const boost::json::value*, Response> field(std::string_view name,
                                                                         Absent absent) const;

  boost::json::object object_;
};

}  // namespace chatserver::server
