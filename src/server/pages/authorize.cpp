#include <utility>

#include "server/pages/controls.hpp"
#include "server/pages/destination.hpp"
#include "server/pages/pages.hpp"
#include "server/pages/paths.hpp"
#include "server/pages/sign_in.hpp"
#include "server/pages/visit.hpp"

namespace chatserver::server {
namespace {

constexpr std::string_view given_up = "cancel";

// For somebody whose session would do, but without whose click no app of the
// machine gets a code (RFC 8252 section 8.6).
Response continue_page(const Visit& visit, const Destination& destination, const auth::SignedIn& signed_in,
                       std::string_view problem) {
  const std::string& name = signed_in.account.username;
  Html content = html("<h1>Continue to the app?</h1>\n");
  content += html("<p class=\"lead\">An app on this computer asks to be signed in with your account.</p>\n");
  if (!problem.empty()) content += problem_notice(problem);
  content += person(name, signed_in.account.admin ? "Administrator" : "Signed in");
  Html fields = visit.form_token();
  fields += html("<input type=\"hidden\" name=\"account\" value=\"{}\">\n", signed_in.account.id.value());
  fields += button("Continue as " + name);
  fields += button("Cancel", Prominence::quiet, given_up);
  content += form(std::string(continue_path) + destination.query(), fields);
  content += html("<p class=\"aside\">Not you? <a href=\"{}{}\">Use another account</a></p>\n", sign_in_path,
                  destination.query());
  return visit.page({.status = problem.empty() ? 200 : 403,
                     .title = "Continue",
                     .content = content,
                     .form_leads_to = destination.leads_to()});
}

Response take_step(const Visit& visit, const Destination& destination) {
  const auto signed_in = visit.signed_in();
  const auto step = visit.door().provider.step(*destination.request, signed_in);
  if (!step) return visit.redirect(step.error().location);
  if (*step == auth::NextStep::sign_in || !signed_in) return show_sign_in(visit, destination);
  if (*step == auth::NextStep::confirm) return continue_page(visit, destination, *signed_in, {});
  return go_on(visit, destination, *signed_in);
}

Response continue_with(const Visit& visit, const Destination& destination, const PostedForm& form,
                       bool trusted) {
  const auto signed_in = visit.signed_in();
  if (!signed_in) return show_sign_in(visit, destination);
  // Somebody else may have signed in meanwhile, in another window.
  if (!trusted || form.value("account") != signed_in->account.id.value()) {
    return continue_page(visit, destination, *signed_in, stale_form_text);
  }
  return go_on(visit, destination, *signed_in);
}

}  // namespace

PageAnswer authorize(FrontDoor& door, const Request& request) {
  Visit visit(door, request);
  auto checked = door.provider.check(request.query);
  if (!checked) return refusal(visit, checked.error());
  return Later{.answer = [visit = std::move(visit), destination = Destination{*std::move(checked)}] {
    return take_step(visit, destination);
  }};
}

PageAnswer authorize_by_form(FrontDoor& door, const Request& request) {
  const Visit visit(door, request);
  const auto form = visit.form();
  if (!form) return form.error();
  const auto checked = door.provider.check(form->fields());
  if (!checked) return refusal(visit, checked.error());
  // Another site's form comes without our cookies; what it leads to comes with them.
  return visit.redirect(std::string(authorization_path) + "?" + auth::to_query(*checked));
}

PageAnswer continue_as(FrontDoor& door, const Request& request) {
  Visit visit(door, request);
  auto destination = destination_of(visit);
  if (!destination) return destination.error();
  if (!destination->request) return visit.redirect(account_path);
  auto form = visit.form();
  if (!form) return form.error();
  const bool trusted = visit.trusts(*form);
  if (trusted && form->value("decision") == given_up) {
    return visit.redirect(door.provider.deny(*destination->request).location);
  }
  return Later{.answer = [visit = std::move(visit), destination = *std::move(destination),
                          form = *std::move(form),
                          trusted] { return continue_with(visit, destination, form, trusted); }};
}

}  // namespace chatserver::server
