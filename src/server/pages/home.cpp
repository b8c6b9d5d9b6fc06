#include "server/pages/controls.hpp"
#include "server/pages/pages.hpp"
#include "server/pages/paths.hpp"
#include "server/pages/visit.hpp"

namespace chatserver::server {

PageAnswer show_home(FrontDoor& door, const Request& request) {
  const Visit visit(door, request);
  Html content = html("<h1>{}</h1>\n", door.frame.site_name);
  content +=
      html(R"(<p class="lead">A chat server. Point your chat client at this address, or see to your account )"
           "here.</p>\n");
  content += html("<p><a class=\"button\" href=\"{}\">Your account</a></p>\n", account_path);
  if (registration_for(door.registration, request) == auth::Registration::open) {
    content += html("<p class=\"aside\">New here? <a href=\"{}\">Create an account</a></p>\n", sign_up_path);
  }
  return visit.page({.title = "Welcome", .content = content});
}

}  // namespace chatserver::server
