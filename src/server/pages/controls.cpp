#include "server/pages/controls.hpp"

namespace chatserver::server {
namespace {

Html described_by(const Field& field) {
  if (field.hint.empty() && field.error.empty()) return {};
  Html ids;
  if (!field.hint.empty()) ids += html("{}-hint", field.name);
  if (!field.hint.empty() && !field.error.empty()) ids += html(" ");
  if (!field.error.empty()) ids += html("{}-error", field.name);
  return html(R"( aria-describedby="{}")", ids);
}

}  // namespace

Html field(const Field& f) {
  Html attributes = described_by(f);
  if (!f.value.empty()) attributes += html(R"( value="{}")", f.value);
  if (!f.error.empty()) attributes += html(R"( aria-invalid="true")");
  if (f.focus == Focus::here) attributes += html(" autofocus");
  if (f.type == "text") attributes += html(R"( autocapitalize="none" spellcheck="false")");
  Html texts;
  if (!f.hint.empty()) texts += html("<p class=\"hint\" id=\"{}-hint\">{}</p>\n", f.name, f.hint);
  Html error;
  if (!f.error.empty()) error = html("<p class=\"field-error\" id=\"{}-error\">{}</p>\n", f.name, f.error);
  return html(R"(<div class="field">
<label for="{}">{}</label>
{}<input id="{}" name="{}" type="{}" autocomplete="{}" required{}>
{}</div>
)",
              f.name, f.label, texts, f.name, f.name, f.type, f.autocomplete, attributes, error);
}

Field username_field(std::string value) {
  return {.name = "username", .label = "User name", .autocomplete = "username", .value = std::move(value)};
}

Field password_field(std::string_view name, std::string_view label, std::string_view autocomplete) {
  return {.name = name, .label = label, .type = "password", .autocomplete = autocomplete};
}

Html form(std::string_view action, const Html& content) {
  return html("<form method=\"post\" action=\"{}\">\n{}</form>\n", action, content);
}

Html button(std::string_view label, Prominence prominence, std::string_view value) {
  Html attributes;
  if (prominence == Prominence::quiet) attributes += html(R"( class="quiet")");
  // What the browser would check is not asked for by a button that gives up.
  if (!value.empty()) attributes += html(R"( name="decision" value="{}" formnovalidate)", value);
  return html("<button type=\"submit\"{}>{}</button>\n", attributes, label);
}

Html problem_notice(std::string_view text) {
  return html("<p class=\"notice notice-error\" role=\"alert\">{}</p>\n", text);
}

Html good_notice(std::string_view text) {
  return html("<p class=\"notice notice-good\" role=\"status\">{}</p>\n", text);
}

Html person(std::string_view username, std::string_view role) {
  return html(R"(<div class="person">
<span class="person-letter" aria-hidden="true">{}</span>
<span><span class="person-name">{}</span><span class="person-role">{}</span></span>
</div>
)",
              username.substr(0, 1), username, role);
}

std::string sentence(std::string_view phrase) {
  std::string out(phrase);
  if (!out.empty() && out.front() >= 'a' && out.front() <= 'z') {
    out.front() = static_cast<char>(out.front() - 'a' + 'A');
  }
  if (!out.ends_with('.')) out += '.';
  return out;
}

}  // namespace chatserver::server
