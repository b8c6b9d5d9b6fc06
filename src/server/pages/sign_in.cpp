#include "server/pages/sign_in.hpp"

#include <utility>

#include "server/pages/controls.hpp"
#include "server/pages/destination.hpp"
#include "server/pages/pages.hpp"
#include "server/pages/paths.hpp"
#include "server/pages/visit.hpp"

namespace chatserver::server {
namespace {

// What the form shows besides its fields.
struct SignInForm {
  int status = 200;
  std::string username{};
  std::string problem{};
  std::optional<std::chrono::seconds> wait{};
};

Html lead(const Destination& destination) {
  // Any program on the machine can ask: the person should know who does.
  if (destination.request && destination.request->redirect_match == auth::RedirectMatch::loopback) {
    return html("<p class=\"lead\">An app on this computer asks you to sign in.</p>\n");
  }
  return {};
}

Html way_to_an_account(const Visit& visit, const Destination& destination) {
  switch (registration_for(visit.door().registration, visit.request())) {
    case auth::Registration::open:
      return html("<p class=\"aside\">New here? <a href=\"{}{}\">Create an account</a></p>\n", sign_up_path,
                  destination.query());
    case auth::Registration::invite:
      return html("<p class=\"aside\">New here? You need an invitation link to create an account.</p>\n");
    default:
      return {};
  }
}

Response sign_in_page(const Visit& visit, const Destination& destination, const SignInForm& shown) {
  Field username = username_field(shown.username);
  Field password = password_field("password", "Password", "current-password");
  (shown.username.empty() ? username : password).focus = Focus::here;
  Html content = html("<h1>Sign in</h1>\n");
  content += lead(destination);
  if (!shown.problem.empty()) content += problem_notice(shown.problem);
  Html fields = visit.form_token();
  fields += field(username);
  fields += field(password);
  fields += button("Sign in");
  content += form(std::string(sign_in_path) + destination.query(), fields);
  content += way_to_an_account(visit, destination);
  Page page{.status = shown.status,
            .title = shown.problem.empty() ? "Sign in" : "Not signed in",
            .content = content,
            .form_leads_to = destination.leads_to()};
  if (shown.wait) page.retry_after_seconds = static_cast<int>(shown.wait->count());
  return visit.page(page);
}

Response try_password(Visit& visit, const Destination& destination, const Guesser& guesser,
                      const std::string& username, std::string_view password) {
  FrontDoor& door = visit.door();
  const Timestamp began = door.clock.utc();
  const auto account = door.accounts.authenticate(username, password);
  if (!account) {
    // Not the name, which may be a password typed into the wrong field.
    door.log.info("sign-in refused", {{"address", visit.request().client.to_string()}});
    return sign_in_page(
        visit, destination,
        {.status = 403, .username = username, .problem = "The user name or the password is not right."});
  }
  Response entered = enter(visit, *account, began, destination);
  door.guesses.succeeded(guesser);
  return entered;
}

}  // namespace

Response show_sign_in(const Visit& visit, const Destination& destination) {
  const std::string hint = destination.request ? destination.request->login_hint : std::string();
  return sign_in_page(visit, destination, {.username = hint});
}

PageAnswer show_sign_in(FrontDoor& door, const Request& request) {
  const Visit visit(door, request);
  const auto destination = destination_of(visit);
  if (!destination) return destination.error();
  return show_sign_in(visit, *destination);
}

PageAnswer sign_in(FrontDoor& door, const Request& request) {
  Visit visit(door, request);
  auto destination = destination_of(visit);
  if (!destination) return destination.error();
  const auto form = visit.form();
  if (!form) return form.error();
  std::string username(form->value("username"));
  std::string password(form->value("password"));
  if (!visit.trusts(*form)) {
    return sign_in_page(visit, *destination,
                        {.status = 403, .username = username, .problem = std::string(stale_form_text)});
  }
  if (username.empty() || password.empty()) {
    return sign_in_page(
        visit, *destination,
        {.status = 422, .username = username, .problem = "Please enter your user name and your password."});
  }
  Guesser guesser = visit.guesser(username);
  if (const auto wait = door.guesses.admit(guesser, door.clock.monotonic())) {
    return sign_in_page(visit, *destination,
                        {.status = 429,
                         .username = username,
                         .problem = wait_text("Too many attempts from here.", *wait),
                         .wait = wait});
  }
  return Later{.on = Waiting::hashing,
               .answer =
                   [visit = std::move(visit), destination = *std::move(destination), guesser,
                    username = std::move(username), password = std::move(password)]() mutable {
                     return try_password(visit, destination, guesser, username, password);
                   },
               .withdraw = [&door, guesser] { door.guesses.withdraw(guesser); }};
}

}  // namespace chatserver::server
