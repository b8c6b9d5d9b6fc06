#include <expected>
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

// Somebody whose session will do for the request, and what is left to do.
struct Ready {
  auth::NextStep step;
  auth::SignedIn signed_in;
};

// Else the answer: the sign-in form, or the client's error.
std::expected<Ready, Response> check_session(const Visit& visit, const Destination& destination) {
  auto signed_in = visit.signed_in();
  const auto step = visit.door().provider.step(*destination.request, signed_in);
  if (!step) return std::unexpected(visit.redirect(step.error().location));
  if (*step == auth::NextStep::sign_in || !signed_in)
    return std::unexpected(show_sign_in(visit, destination));
  return Ready{.step = *step, .signed_in = *std::move(signed_in)};
}

Response take_step(const Visit& visit, const Destination& destination) {
  const auto ready = check_session(visit, destination);
  if (!ready) return ready.error();
  if (ready->step == auth::NextStep::confirm) return continue_page(visit, destination, ready->signed_in, {});
  return go_on(visit, destination, ready->signed_in);
}

// Checked anew: the form may be sent with another request than it was shown for, and `max_age`
// may have passed since. The click stands in for NextStep::confirm and for nothing else.
Response continue_with(const Visit& visit, const Destination& destination, const PostedForm& form,
                       bool trusted) {
  const auto ready = check_session(visit, destination);
  if (!ready) return ready.error();
  // Somebody else may have signed in meanwhile, in another window.
  if (!trusted || form.value("account") != ready->signed_in.account.id.value()) {
    return continue_page(visit, destination, ready->signed_in, stale_form_text);
  }
  return go_on(visit, destination, ready->signed_in);
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

PageAnswer show_continue(FrontDoor& door, const Request& request) {
  const Visit visit(door, request);
  const auto destination = destination_of(visit);
  if (!destination) return destination.error();
  if (!destination->request) return visit.redirect(account_path);
  return visit.redirect(std::string(authorization_path) + destination->query());
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
