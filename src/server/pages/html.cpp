#include "server/pages/html.hpp"

#include "base/check.hpp"

namespace chatserver::server {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_control(char c) {
  return (c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == '\x7f';
}

}  // namespace

Html Html::escaped(std::string_view text) {
  Html html;
  html.markup_.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    switch (c) {
      case '&':
        html.markup_ += "&amp;";
        break;
      case '<':
        html.markup_ += "&lt;";
        break;
      case '>':
        html.markup_ += "&gt;";
        break;
      case '"':
        html.markup_ += "&quot;";
        break;
      case '\'':
        html.markup_ += "&#39;";
        break;
      default:
        if (is_control(c)) {
          html.markup_ += replacement;
        } else {
          html.markup_ += c;
        }
    }
  }
  return html;
}

Html fill_markup(std::string_view literal, std::span<const Html> parts) {
  Html html;
  for (const Html& part : parts) {
    const std::size_t gap = literal.find("{}");
    check(gap != std::string_view::npos, "markup has a gap for each part");
    html.markup_.append(literal.substr(0, gap)).append(part.markup());
    literal.remove_prefix(gap + 2);
  }
  html.markup_.append(literal);
  return html;
}

}  // namespace chatserver::server
