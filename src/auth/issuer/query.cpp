#include "auth/issuer/query.hpp"

namespace chatserver::auth {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', digits[byte >> 4U], digits[byte & 0xFU]});
    }
  }
}

}  // namespace

void append_parameter(std::string& url, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  const bool url_without_query = url.find("://") != std::string::npos && url.find('?') == std::string::npos;
  if (url_without_query) {
    url += '?';
  } else if (!url.empty() && url.back() != '?') {
    url += '&';
  }
  append_encoded(url, name);
  url += '=';
  append_encoded(url, value);
}

}  // namespace chatserver::auth
