#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/http_response.hpp"
#include "server/pages/html.hpp"

namespace chatserver::server {

// What is the same on every page; fixed at start.
struct PageFrame {
  std::string site_name;
  std::string style_path;
  std::string icon_path;
};

// One page, before it is framed.
struct Page {
  int status = 200;
  std::string title;
  Html content;
  // The URL of a client that the page's form may end at: browsers hold redirects
  // after a form to the same rule as the form.
  std::string form_leads_to{};
  std::optional<int> retry_after_seconds{};
};

// The page as an answer that is not cached, not framed by others, and in which
// nothing runs.
[[nodiscard]] Response to_response(const Page& page, const PageFrame& frame);

// The browser is to go to `location` and ask for it with GET.
[[nodiscard]] Response see_other(std::string_view location);

// What a policy names the origin of a URL by; empty when it has none. An IPv6
// address, which policies cannot name, is its scheme.
[[nodiscard]] std::string policy_source(std::string_view url);

}  // namespace chatserver::server
