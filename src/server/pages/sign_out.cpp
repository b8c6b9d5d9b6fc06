#include <utility>

#include "server/pages/controls.hpp"
#include "server/pages/destination.hpp"
#include "server/pages/pages.hpp"
#include "server/pages/paths.hpp"
#include "server/pages/visit.hpp"

namespace chatserver::server {
namespace {

// Asked of somebody whom an application, or nobody, sent here to sign out.
Response confirm_page(const Visit& visit, const auth::SignedIn& signed_in, std::string_view action,
                      const std::string& leads_to, std::string_view problem) {
  Html content = html("<h1>Sign out?</h1>\n");
  if (!problem.empty()) content += problem_notice(problem);
  content += person(signed_in.account.username, signed_in.account.admin ? "Administrator" : "User");
  Html fields = visit.form_token();
  fields += button("Sign out");
  content += form(action, fields);
  content += html("<p class=\"aside\"><a href=\"{}\">Stay signed in</a></p>\n", account_path);
  return visit.page({.status = problem.empty() ? 200 : 403,
                     .title = "Sign out",
                     .content = content,
                     .form_leads_to = leads_to});
}

Response sign_out_of_browser(Visit& visit) {
  if (const auto signed_in = visit.signed_in()) {
    visit.door().provider.end_login(signed_in->session.sid, signed_in->account.id);
  }
  visit.forget_session();
  return visit.redirect(signed_out_path);
}

}  // namespace

PageAnswer sign_out(FrontDoor& door, const Request& request) {
  Visit visit(door, request);
  const auto form = visit.form();
  if (!form) return form.error();
  const bool trusted = visit.trusts(*form);
  return Later{.answer = [visit = std::move(visit), trusted]() mutable {
    if (trusted) return sign_out_of_browser(visit);
    const auto signed_in = visit.signed_in();
    if (!signed_in) return visit.redirect(signed_out_path);
    return confirm_page(visit, *signed_in, sign_out_path, {}, stale_form_text);
  }};
}

PageAnswer show_signed_out(FrontDoor& door, const Request& request) {
  const Visit visit(door, request);
  Html content = html("<h1>Signed out</h1>\n");
  content += html("<p class=\"lead\">You are signed out of {} in this browser.</p>\n", door.frame.site_name);
  content += html("<p><a class=\"button\" href=\"{}\">Sign in again</a></p>\n", sign_in_path);
  return visit.page({.title = "Signed out", .content = content});
}

}  // namespace chatserver::server
