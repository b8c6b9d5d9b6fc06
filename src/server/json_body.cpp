#include "server/json_body.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "auth/json.hpp"
#include "protocol/text.hpp"

namespace chatserver::server {
namespace {

// RFC 9110 §8.3.1: type and subtype know no case, parameters may follow.
bool is_json(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  std::ranges::transform(type, type.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return type == "application/json";
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool is_layout(char c) {
  return c == '\n' || c == '\r' || c == '\t';
}

// 3.0 is as whole as 3: to JSON there is one kind of number. None when it is anything else.
std::optional<std::int64_t> whole_number(const boost::json::value& value, std::int64_t least,
                                         std::int64_t most) {
  constexpr double exact_max = 9'007'199'254'740'992;  // beyond it not every whole number has a double
  std::optional<std::int64_t> number;
  if (const std::int64_t* whole = value.if_int64()) {
    number = *whole;
  } else if (const double* real = value.if_double();
             real != nullptr && std::abs(*real) <= exact_max && *real == std::trunc(*real)) {
    number = static_cast<std::int64_t>(*real);
  }
  return number && *number >= least && *number <= most ? number : std::nullopt;
}

}  // namespace

std::expected<JsonBody, Response> JsonBody::parse(const Request& request) {
  const auto type = request.header("content-type");
  if (type && !is_json(*type)) return std::unexpected(problem(415, "the body must be application/json"));
  auto object = auth::parse_json_object(request.body);
  if (!object) {
    return std::unexpected(
        problem(400, "the body must be one JSON object in UTF-8, without a member that comes twice"));
  }
  return JsonBody(*std::move(object));
}

std::expected<const boost::json::value*, Response> JsonBody::field(std::string_view name,
                                                                   Absent absent) const {
  const boost::json::value* value = object_.if_contains(name);
  if (value != nullptr && !value->is_null()) return value;
  if (absent == Absent::allowed) return nullptr;
  return std::unexpected(problem(400, fmt::format("{} is missing", name)));
}

std::expected<std::optional<std::string>, Response> JsonBody::text(std::string_view name,
                                                                   std::size_t chars_max, Absent absent,
                                                                   Lines lines) const {
  const auto value = field(name, absent);
  if (!value) return std::unexpected(value.error());
  if (*value == nullptr) return std::nullopt;
  const boost::json::string* text = (*value)->if_string();
  if (text == nullptr) return std::unexpected(problem(400, fmt::format("{} must be a text", name)));
  const auto refused = [lines](char c) { return is_control(c) && !(lines == Lines::many && is_layout(c)); };
  if (std::ranges::any_of(*text, refused))
    return std::unexpected(problem(400, fmt::format("{} must be free of control characters", name)));
  if (protocol::count_code_points(*text) > chars_max)
    return std::unexpected(problem(400, fmt::format("{} is longer than {} characters", name, chars_max)));
  return std::string(*text);
}

bool JsonBody::is_text(std::string_view name, std::string_view text) const {
  const boost::json::value* value = object_.if_contains(name);
  const boost::json::string* held = value != nullptr ? value->if_string() : nullptr;
  return held != nullptr && std::string_view(*held) == text;
}

std::expected<std::optional<std::int64_t>, Response> JsonBody::integer(std::string_view name,
                                                                       std::int64_t least, std::int64_t most,
                                                                       Absent absent) const {
  const auto value = field(name, absent);
  if (!value) return std::unexpected(value.error());
  if (*value == nullptr) return std::nullopt;
  const auto number = whole_number(**value, least, most);
  if (!number) {
    return std::unexpected(
        problem(400, fmt::format("{} must be a whole number from {} to {}", name, least, most)));
  }
  return number;
}

std::expected<std::vector<std::int64_t>, Response> JsonBody::integers(std::string_view name,
                                                                      std::int64_t least, std::int64_t most,
                                                                      std::size_t count_max) const {
  const auto value = field(name, Absent::refused);
  if (!value) return std::unexpected(value.error());
  const auto refused = [&] {
    return std::unexpected(
        problem(400, fmt::format("{} must be a list of 1 to {} whole numbers from {} to {}", name, count_max,
                                 least, most)));
  };
  const boost::json::array* array = (*value)->if_array();
  if (array == nullptr || array->empty() || array->size() > count_max) return refused();
  std::vector<std::int64_t> numbers;
  for (const boost::json::value& one : *array) {
    const auto number = whole_number(one, least, most);
    if (!number) return refused();
    numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace chatserver::server
