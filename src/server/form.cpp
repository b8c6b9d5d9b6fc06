#include "server/form.hpp"

#include <algorithm>
#include <cctype>

namespace chatserver::server {
namespace {

bool same_without_case(std::string_view one, std::string_view other) {
  const auto lower = [](unsigned char c) { return std::tolower(c); };
  return std::ranges::equal(one, other, {}, lower, lower);
}

}  // namespace

std::optional<Form> parse_form(std::string_view text) {
  Form form;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals), Decoding::form);
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), Decoding::form);
    if (!name || !value) return std::nullopt;
    form.emplace_back(*std::move(name), *std::move(value));
  }
  return form;
}

bool is_form(const Request& request) {
  std::string_view type = request.header("content-type").value_or("");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return same_without_case(type, "application/x-www-form-urlencoded");
}

std::optional<Form> body_form(const Request& request) {
  if (!is_form(request)) return std::nullopt;
  return parse_form(request.body);
}

const std::string* only_value(const Form& form, std::string_view name) {
  const std::string* found = nullptr;
  for (const auto& [key, value] : form) {
    if (key != name) continue;
    if (found != nullptr) return nullptr;
    found = &value;
  }
  return found;
}

}  // namespace chatserver::server
