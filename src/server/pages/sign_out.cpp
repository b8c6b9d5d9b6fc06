#include <utility>

#include "auth/issuer/query.hpp"
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

Response cannot_sign_out(const Visit& visit, auth::LogoutFault fault) {
  return visit.page(message_page(400, "This sign-out cannot go on", sentence(text(fault))));
}

std::string after(const auth::LogoutRequest& logout) {
  return logout.afterwards ? logout.afterwards->location : std::string(signed_out_path);
}

// The form that confirms carries along what still counts: not the hint, which was none, and may
// have come by POST so as not to lie in any log.
std::string confirming_action(const Form& asked) {
  const auth::Parameters parameters(asked);
  std::string query;
  for (const auto* name : {"client_id", "post_logout_redirect_uri", "state"}) {
    auth::append_parameter(query, name, parameters.text(name));
  }
  return query.empty() ? std::string(sign_out_path) : std::string(sign_out_path).append("?").append(query);
}

Response end_session(Visit& visit, const std::optional<auth::SignedIn>& signed_in,
                     std::string_view location) {
  if (signed_in) visit.door().provider.end_login(signed_in->session.sid, signed_in->account.id);
  visit.forget_session();
  return visit.redirect(location);
}

// And the browser's own login, if it is the same person's: the hint may be of one that went before.
void end_hinted(Visit& visit, const std::optional<auth::SignedIn>& signed_in,
                const auth::LogoutRequest::Hint& hint) {
  auth::Provider& provider = visit.door().provider;
  provider.end_login(hint.sid, hint.user);
  if (!signed_in || signed_in->account.id != hint.user) return;
  if (signed_in->session.sid != hint.sid) provider.end_login(signed_in->session.sid, hint.user);
  visit.forget_session();
}

// OpenID Connect RP-Initiated Logout 1.0: whoever can show the person's ID token may
// end that login; anybody else may only ask the person to.
Response log_out(Visit& visit, const Form& asked) {
  const auto logout = visit.door().provider.check_logout(asked);
  if (!logout) return cannot_sign_out(visit, logout.error());
  const auto signed_in = visit.signed_in();
  if (logout->hint) {
    end_hinted(visit, signed_in, *logout->hint);
    return visit.redirect(after(*logout));
  }
  if (!signed_in) return visit.redirect(after(*logout));
  const std::string leads_to = logout->afterwards ? logout->afterwards->location : std::string();
  return confirm_page(visit, *signed_in, confirming_action(asked), leads_to, {});
}

Response confirmed(Visit& visit, bool trusted) {
  const Form& asked = visit.request().query;
  const auto logout = visit.door().provider.check_logout(asked);
  if (!logout) return cannot_sign_out(visit, logout.error());
  const auto signed_in = visit.signed_in();
  if (trusted) return end_session(visit, signed_in, after(*logout));
  if (!signed_in) return visit.redirect(signed_out_path);
  const std::string leads_to = logout->afterwards ? logout->afterwards->location : std::string();
  return confirm_page(visit, *signed_in, confirming_action(asked), leads_to, stale_form_text);
}

}  // namespace

PageAnswer log_out(FrontDoor& door, const Request& request) {
  return Later{
      .answer = [visit = Visit(door, request)]() mutable { return log_out(visit, visit.request().query); }};
}

PageAnswer log_out_by_form(FrontDoor& door, const Request& request) {
  Visit visit(door, request);
  auto form = visit.form();
  if (!form) return form.error();
  return Later{.answer = [visit = std::move(visit), form = *std::move(form)]() mutable {
    return log_out(visit, form.fields());
  }};
}

PageAnswer sign_out(FrontDoor& door, const Request& request) {
  Visit visit(door, request);
  const auto form = visit.form();
  if (!form) return form.error();
  const bool trusted = visit.trusts(*form);
  return Later{.answer = [visit = std::move(visit), trusted]() mutable { return confirmed(visit, trusted); }};
}

PageAnswer show_signed_out(FrontDoor& door, const Request& request) {
  return Later{.answer = [visit = Visit(door, request)] {
    // The end of another's login, or a mere link, leads here too.
    if (visit.signed_in()) return visit.redirect(account_path);
    Html content = html("<h1>Signed out</h1>\n");
    content += html("<p class=\"lead\">You are signed out of {} in this browser.</p>\n",
                    visit.door().frame.site_name);
    content += html("<p><a class=\"button\" href=\"{}\">Sign in again</a></p>\n", sign_in_path);
    return visit.page({.title = "Signed out", .content = content});
  }};
}

}  // namespace chatserver::server
