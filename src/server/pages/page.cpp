#include "server/pages/page.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "server/http_policy.hpp"

namespace chatserver::server {
namespace {

// A speech bubble, in the colour of the text around it.
constexpr BasicMarkup<> logo =
    R"(<svg viewBox="0 0 32 32" aria-hidden="true"><path fill="currentColor" fill-rule="evenodd" d="M7 4h18a5 5 0 0 1 5 5v10a5 5 0 0 1-5 5H15.5L9 29.3a.8.8 0 0 1-1.3-.6V24H7a5 5 0 0 1-5-5V9a5 5 0 0 1 5-5zm3 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm6 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm6 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"/></svg>)";

Html document(const Page& page, const PageFrame& frame) {
  return html(
      R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{} · {}</title>
<link rel="icon" href="{}" type="image/svg+xml">
<link rel="stylesheet" href="{}">
</head>
<body>
<main>
<a class="brand" href="/">{}<span>{}</span></a>
{}
</main>
</body>
</html>
)",
      page.title, frame.site_name, frame.icon_path, frame.style_path, html(logo), frame.site_name,
      page.content);
}

bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == ':';
}

void add_common_headers(Response& response) {
  response.headers.emplace_back("Cache-Control", "no-store");
  // Not `no-referrer`: browsers then send `Origin: null` with our own forms too.
  response.headers.emplace_back("Referrer-Policy", "same-origin");
}

}  // namespace

Response to_response(const Page& page, const PageFrame& frame) {
  Response response{.status = page.status,
                    .content_type = "text/html; charset=utf-8",
                    .body = document(page, frame).markup()};
  const std::string source = policy_source(page.form_leads_to);
  add_common_headers(response);
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'" +
                                    (source.empty() ? "" : " " + source) +
                                    "; frame-ancestors 'none'; base-uri 'none'");
  response.headers.emplace_back("X-Frame-Options", "DENY");  // for browsers without frame-ancestors
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  if (page.retry_after_seconds) {
    response.headers.emplace_back("Retry-After", std::to_string(*page.retry_after_seconds));
  }
  return response;
}

Response see_other(std::string_view location) {
  check(location.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos,
        "a Location is one line");
  Response response{.status = 303, .content_type = {}, .body = {}};
  response.headers.emplace_back("Location", location);
  add_common_headers(response);
  return response;
}

std::string policy_source(std::string_view url) {
  std::string origin = origin_of(url);
  const std::string_view scheme = std::string_view(origin).substr(0, origin.find("://"));
  if (scheme != "http" && scheme != "https") return {};
  const std::string_view authority = std::string_view(origin).substr(scheme.size() + 3);
  if (!authority.empty() && std::ranges::all_of(authority, is_host_char)) return origin;
  return std::string(scheme) + ":";
}

}  // namespace chatserver::server
