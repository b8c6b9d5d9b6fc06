#include "server/accept.hpp"
#include "server/pages/pages.hpp"
#include "server/pages/paths.hpp"

namespace chatserver::server {

PageAnswer show_not_found(FrontDoor& door, const Request& request) {
  Response response = nothing_there();
  if (prefers_html(request)) {
    Page page = message_page(404, "Page not found", "There is nothing at this address.");
    page.content += html("<p><a class=\"button\" href=\"{}\">Your account</a></p>\n", account_path);
    response = to_response(page, door.frame);
  }
  response.headers.emplace_back("Vary", "Accept");
  return response;
}

}  // namespace chatserver::server
