#include "server/pages/posted_form.hpp"

#include <utility>

namespace chatserver::server {

std::expected<PostedForm, FormError> PostedForm::of(const Request& request) {
  if (!is_form(request)) {
    return std::unexpected(
        FormError{.status = 415, .detail = "the content type is not application/x-www-form-urlencoded"});
  }
  if (request.body.size() > bytes_max)
    return std::unexpected(FormError{.status = 413, .detail = "the form is too large"});
  auto fields = parse_form(request.body);
  if (!fields)
    return std::unexpected(FormError{.status = 400, .detail = "the form is not percent-encoded UTF-8"});
  if (fields->size() > fields_max)
    return std::unexpected(FormError{.status = 413, .detail = "the form is too large"});
  for (const auto& [name, value] : *fields) {
    if (only_value(*fields, name) == nullptr) {
      return std::unexpected(FormError{.status = 400, .detail = "a field of the form comes twice"});
    }
  }
  PostedForm form;
  form.fields_ = *std::move(fields);
  return form;
}

std::string_view PostedForm::value(std::string_view name) const {
  const std::string* const found = only_value(fields_, name);
  return found == nullptr ? std::string_view{} : std::string_view(*found);
}

}  // namespace chatserver::server
