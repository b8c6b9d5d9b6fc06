#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/http_request.hpp"

namespace chatserver::server {

// Why a body is no form: the status says it (400, 413, 415), and a phrase.
struct FormError {
  int status = 400;
  std::string_view detail;
};

// The fields of an application/x-www-form-urlencoded body, decoded, in order.
//
// Threading: a value. Limits: bytes_max of body, fields_max fields.
class Form {
 public:
  static constexpr std::size_t bytes_max = 16 * 1024;
  static constexpr std::size_t fields_max = 32;

  // Strict: another content type is 415, a field that comes twice 400 (two
  // readers might take different ones), too much 413.
  [[nodiscard]] static std::expected<Form, FormError> of(const Request& request);

  // Empty when there is none.
  [[nodiscard]] std::string_view value(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace chatserver::server
