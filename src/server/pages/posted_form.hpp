#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "server/form.hpp"

namespace chatserver::server {

// Why a body is no form that a page takes: the status says it (400, 413, 415), and a phrase.
struct FormError {
  int status = 400;
  std::string_view detail;
};

// The form that a page got back, strictly: of the right type, no field twice
// (two readers might take different ones), bounded.
//
// Threading: a value.
class PostedForm {
 public:
  static constexpr std::size_t bytes_max = 16 * 1024;
  static constexpr std::size_t fields_max = 32;

  [[nodiscard]] static std::expected<PostedForm, FormError> of(const Request& request);

  // Empty when there is none.
  [[nodiscard]] std::string_view value(std::string_view name) const;
  [[nodiscard]] const Form& fields() const noexcept { return fields_; }

 private:
  Form fields_;
};

}  // namespace chatserver::server
