#include "load/sign_in_form.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace chatserver::bench {
namespace {

// What our own pages escape.
std::string unescaped(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> references{
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}}};
  std::string out;
  while (!text.empty()) {
    const auto* const known = std::ranges::find_if(
        references, [&](const auto& reference) { return text.starts_with(reference.first); });
    out.push_back(known == references.end() ? text.front() : known->second);
    text.remove_prefix(known == references.end() ? 1 : known->first.size());
  }
  return out;
}

// Value of an attribute of the tag that `tag` begins with; empty when it has none.
std::string attribute(std::string_view tag, std::string_view name) {
  tag = tag.substr(0, tag.find('>'));
  const std::string start = fmt::format(" {}=\"", name);
  const std::size_t at = tag.find(start);
  if (at == std::string_view::npos) return {};
  const std::string_view value = tag.substr(at + start.size());
  return unescaped(value.substr(0, value.find('"')));
}

// Calls `take` with the rest of the text behind each occurrence.
template <class Take>
void each(std::string_view text, std::string_view wanted, Take&& take) {
  for (std::size_t at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1)) {
    take(text.substr(at + wanted.size()));
  }
}

}  // namespace

std::optional<SignInForm> find_sign_in_form(std::string_view answer) {
  const std::size_t begin = answer.find("<form");
  if (begin == std::string_view::npos) return std::nullopt;
  const std::string_view form = answer.substr(begin, answer.find("</form>", begin) - begin);
  SignInForm found{.action = attribute(form, "action"), .hidden_fields = {}, .cookies = {}};
  each(form, "<input", [&](std::string_view input) {
    if (attribute(input, "type") != "hidden") return;
    found.hidden_fields +=
        form_encoded(attribute(input, "name")) + '=' + form_encoded(attribute(input, "value")) + '&';
  });
  each(answer.substr(0, begin), "\r\nSet-Cookie: ", [&](std::string_view cookie) {
    found.cookies += found.cookies.empty() ? "" : "; ";
    found.cookies += cookie.substr(0, cookie.find_first_of(";\r"));
  });
  return found;
}

std::string form_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '-' || c == '_' || c == '.';
    if (plain) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace chatserver::bench
