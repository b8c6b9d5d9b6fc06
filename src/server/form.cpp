#include "server/form.hpp"

#include <algorithm>
#include <optional>

namespace chatserver::server {
namespace {

bool equal_without_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// Of a header field with parameters: "text/html; charset=utf-8" is "text/html".
std::string_view media_type(std::string_view field) {
  field = field.substr(0, field.find(';'));
  while (field.ends_with(' ') || field.ends_with('\t')) field.remove_suffix(1);
  return field;
}

bool is_form(const Request& request) {
  const auto [begin, end] = request.headers.equal_range("content-type");
  return begin != end && std::next(begin) == end &&
         equal_without_case(media_type(begin->second), "application/x-www-form-urlencoded");
}

}  // namespace

std::expected<Form, FormError> Form::of(const Request& request) {
  if (!is_form(request)) {
    return std::unexpected(FormError{415, "the content type is not application/x-www-form-urlencoded"});
  }
  if (request.body.size() > bytes_max) return std::unexpected(FormError{413, "the form is too large"});
  Form form;
  for (std::string_view left = request.body; !left.empty();) {
    const std::string_view pair = left.substr(0, left.find('&'));
    left.remove_prefix(std::min(pair.size() + 1, left.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals), Decoding::form);
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), Decoding::form);
    if (!name || !value) return std::unexpected(FormError{400, "the form is not percent-encoded UTF-8"});
    if (std::ranges::any_of(form.fields_, [&](const auto& field) { return field.first == *name; })) {
      return std::unexpected(FormError{400, "a field of the form comes twice"});
    }
    if (form.fields_.size() >= fields_max) return std::unexpected(FormError{413, "the form is too large"});
    form.fields_.emplace_back(*std::move(name), *std::move(value));
  }
  return form;
}

std::string_view Form::value(std::string_view name) const {
  const auto it =
      std::ranges::find(fields_, name, [](const auto& field) { return std::string_view(field.first); });
  return it == fields_.end() ? std::string_view{} : std::string_view(it->second);
}

}  // namespace chatserver::server
