#include <utility>

#include "server/pages/controls.hpp"
#include "server/pages/destination.hpp"
#include "server/pages/new_account.hpp"
#include "server/pages/pages.hpp"
#include "server/pages/paths.hpp"
#include "server/pages/visit.hpp"

namespace chatserver::server {
namespace {

constexpr std::string_view password_changed = "password-changed";

// What the page shows besides the account.
struct AccountForm {
  int status = 200;
  std::string done{};
  std::string problem{};
  std::string current_problem{};
  NewAccountProblems problems{};
  std::optional<std::chrono::seconds> wait{};
};

Html password_section(const Visit& visit, const std::string& username, const AccountForm& shown) {
  Field current = password_field("current_password", "Current password", "current-password");
  current.error = shown.current_problem;
  if (!shown.current_problem.empty()) current.focus = Focus::here;
  Html fields = visit.form_token();
  // For password managers: whose password it is.
  fields +=
      html("<input type=\"text\" name=\"username\" value=\"{}\" autocomplete=\"username\" readonly hidden>\n",
           username);
  fields += field(current);
  fields += new_password_fields(shown.problems, "New password");
  fields += button("Change password");
  Html section =
      html("<section aria-labelledby=\"password-title\">\n<h2 id=\"password-title\">Change password</h2>\n");
  if (!shown.problem.empty()) section += problem_notice(shown.problem);
  section += form(password_path, fields);
  section += html("</section>\n");
  return section;
}

Response account_page(const Visit& visit, const auth::SignedIn& signed_in, const AccountForm& shown) {
  const store::Account& account = signed_in.account;
  Html content = html("<h1>Your account</h1>\n");
  if (!shown.done.empty()) content += good_notice(shown.done);
  content += person(account.username, account.admin ? "Administrator" : "User");
  Html sign_out = visit.form_token();
  sign_out += button("Sign out", Prominence::quiet);
  content += form(sign_out_path, sign_out);
  content += password_section(visit, account.username, shown);
  Page page{.status = shown.status,
            .title = shown.status == 200 ? "Your account" : "Password not changed",
            .content = content};
  if (shown.wait) page.retry_after_seconds = static_cast<int>(shown.wait->count());
  return visit.page(page);
}

// Changing it ends every login of the account; this browser is signed in anew.
Response set_new_password(Visit& visit, const auth::SignedIn& signed_in, const std::string& password) {
  FrontDoor& door = visit.door();
  const auto changed = door.accounts.set_password(signed_in.account.username, password);
  if (!changed) {
    return account_page(visit, signed_in, {.status = 422, .problems = problems_of(changed.error())});
  }
  door.provider.account_changed();
  door.log.info("password changed", {{"user", signed_in.account.id.value()},
                                     {"name", signed_in.account.username},
                                     {"address", visit.request().client.to_string()}});
  const Timestamp began = door.clock.utc();
  const auto account = door.accounts.find(signed_in.account.username);
  const auto session = account ? door.provider.open_session(*account, began) : std::nullopt;
  if (!session) return visit.redirect(sign_in_path);
  visit.keep(*session);
  visit.leave_notice(password_changed);
  return visit.redirect(account_path);
}

// Throws what the store does, and then nothing was guessed.
bool knows_password(FrontDoor& door, const Guesser& guesser, const PostedForm& form) {
  try {
    return door.accounts.authenticate(guesser.username, form.value("current_password")).has_value();
  } catch (...) {
    door.guesses.withdraw(guesser);
    throw;
  }
}

Response try_change(Visit& visit, const PostedForm& form, bool trusted) {
  FrontDoor& door = visit.door();
  const auto signed_in = visit.signed_in();
  if (!signed_in) return visit.redirect(sign_in_path);
  if (!trusted) {
    return account_page(visit, *signed_in, {.status = 403, .problem = std::string(stale_form_text)});
  }
  const std::string& username = signed_in->account.username;
  NewAccount typed = read_new_account(form);
  typed.username = username;
  if (auto problems = check_new_password(typed, door.frame.site_name); !problems.none()) {
    return account_page(visit, *signed_in, {.status = 422, .problems = std::move(problems)});
  }
  const Guesser guesser = visit.guesser(username);
  if (const auto wait = door.guesses.admit(guesser, door.clock.monotonic())) {
    return account_page(visit, *signed_in,
                        {.status = 429, .problem = wait_text("Too many attempts.", *wait), .wait = wait});
  }
  if (!knows_password(door, guesser, form)) {
    return account_page(visit, *signed_in, {.status = 403, .current_problem = "This is not your password."});
  }
  door.guesses.succeeded(guesser);
  return set_new_password(visit, *signed_in, typed.password);
}

}  // namespace

PageAnswer show_account(FrontDoor& door, const Request& request) {
  return Later{.answer = [visit = Visit(door, request)]() mutable {
    const auto signed_in = visit.signed_in();
    if (!signed_in) return visit.redirect(sign_in_path);
    AccountForm shown;
    if (visit.take_notice(password_changed)) {
      shown.done = "Your password has been changed. You have been signed out everywhere else.";
    }
    return account_page(visit, *signed_in, shown);
  }};
}

PageAnswer back_to_account(FrontDoor& /*door*/, const Request& /*request*/) {
  return see_other(account_path);
}

PageAnswer change_password(FrontDoor& door, const Request& request) {
  Visit visit(door, request);
  auto form = visit.form();
  if (!form) return form.error();
  const bool trusted = visit.trusts(*form);
  return Later{.on = Waiting::hashing,
               .answer = [visit = std::move(visit), form = *std::move(form), trusted]() mutable {
                 return try_change(visit, form, trusted);
               }};
}

}  // namespace chatserver::server
