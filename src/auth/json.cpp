#include "auth/json.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>

namespace chatserver::auth {
namespace {

namespace json = boost::json;
using json::error_code;
using json::string_view;

// What Boost's own handler does, and, besides, refuses what it lets through: a
// member named twice (there the last wins) and 1e400 (there infinity).
class StrictHandler {
 public:
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  StrictHandler() { stack_.reset(); }
  [[nodiscard]] json::value release() { return stack_.release(); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    names_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t members, error_code& error) {
    auto& names = names_.back();
    std::ranges::sort(names);
    const bool unique = std::ranges::adjacent_find(names) == names.end();
    names_.pop_back();
    if (!unique) return refuse(error);
    stack_.push_object(members);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t elements, error_code&) {
    stack_.push_array(elements);
    return true;
  }
  bool on_key_part(string_view part, std::size_t, error_code&) {
    name_.append(part);
    stack_.push_chars(part);
    return true;
  }
  bool on_key(string_view part, std::size_t, error_code&) {
    name_.append(part);
    names_.back().push_back(std::move(name_));
    name_.clear();
    stack_.push_key(part);
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(string_view part, std::size_t, error_code&) {
    stack_.push_string(part);
    return true;
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, string_view, error_code&) {
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, string_view, error_code&) {
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double number, string_view, error_code& error) {
    if (!std::isfinite(number)) return refuse(error);
    stack_.push_double(number);
    return true;
  }
  bool on_bool(bool value, error_code&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(error_code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(string_view, error_code& error) { return refuse(error); }
  bool on_comment(string_view, error_code& error) { return refuse(error); }

 private:
  static bool refuse(error_code& error) {
    error = json::error::syntax;
    return false;
  }

  json::value_stack stack_;
  std::vector<std::vector<std::string>> names_;  // of the objects that are open
  std::string name_;                             // the part of a name that is there so far
};

}  // namespace

std::optional<json::object> parse_json_object(std::string_view text) {
  json::parse_options options;
  options.max_depth = 16;
  json::basic_parser<StrictHandler> parser(options);
  error_code error;
  const auto used = parser.write_some(false, text.data(), text.size(), error);
  if (error || used != text.size()) return std::nullopt;
  auto value = parser.handler().release();
  if (!value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

const json::string* string_member(const json::object& object, std::string_view name) noexcept {
  const auto* value = object.if_contains(name);
  return value ? value->if_string() : nullptr;
}

}  // namespace chatserver::auth
