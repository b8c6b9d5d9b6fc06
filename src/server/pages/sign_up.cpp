#include <expected>
#include <optional>
#include <utility>

#include "server/pages/controls.hpp"
#include "server/pages/destination.hpp"
#include "server/pages/new_account.hpp"
#include "server/pages/pages.hpp"
#include "server/pages/paths.hpp"
#include "server/pages/query.hpp"
#include "server/pages/visit.hpp"

namespace chatserver::server {
namespace {

// By which way somebody comes to an account.
struct SignUpWay {
  Destination destination{};
  std::optional<std::string> invite{};  // the link's secret

  [[nodiscard]] std::string action() const {
    if (invite) return with_parameter(invite_path, "code", *invite);
    return std::string(sign_up_path) + destination.query();
  }
};

// What the form shows besides its fields.
struct SignUpForm {
  int status = 200;
  std::string username{};
  std::string problem{};
  NewAccountProblems problems{};
  std::optional<std::chrono::seconds> wait{};
};

Page invite_over_page() {
  return message_page(410, "This invitation is over",
                      "It has been used, or is too old. Ask whoever sent it for a new one.");
}

// The page that says why nobody signs up this way; none when they may.
std::optional<Page> not_allowed(const Visit& visit, const SignUpWay& way) {
  const auto registration = registration_for(visit.door().registration, visit.request());
  if (registration == auth::Registration::open) return std::nullopt;
  if (registration == auth::Registration::invite) {
    if (way.invite) return std::nullopt;
    return message_page(403, "By invitation only", "You need an invitation link to create an account here.");
  }
  return message_page(403, "Sign-up is closed",
                      "Accounts are made by whoever runs this server. Ask them for one.");
}

Response sign_up_page(const Visit& visit, const SignUpWay& way, const SignUpForm& shown) {
  Html content = html("<h1>Create an account</h1>\n");
  if (way.invite)
    content += html("<p class=\"lead\">You have been invited to {}.</p>\n", visit.door().frame.site_name);
  if (!shown.problem.empty()) content += problem_notice(shown.problem);
  Html fields = visit.form_token();
  fields += new_account_fields(shown.username, shown.problems);
  fields += button("Create account");
  content += form(way.action(), fields);
  content += html("<p class=\"aside\">Have an account already? <a href=\"{}{}\">Sign in</a></p>\n",
                  sign_in_path, way.destination.query());
  Page page{.status = shown.status,
            .title = shown.status == 200 ? "Create an account" : "No account yet",
            .content = content,
            .form_leads_to = way.destination.leads_to()};
  if (shown.wait) page.retry_after_seconds = static_cast<int>(shown.wait->count());
  return visit.page(page);
}

// Throws what the store does, and then no account counts as made.
std::expected<store::Account, auth::AccountError> add_account(FrontDoor& door, const SignUpWay& way,
                                                              const NewAccount& typed,
                                                              const Address& address) {
  try {
    if (way.invite) return door.links.accept_invite(*way.invite, typed.username, typed.password);
    return door.accounts.add(typed.username, typed.password, auth::AccountRole::user);
  } catch (...) {
    door.sign_ups.give_back(address);
    throw;
  }
}

Response make_account(Visit& visit, const SignUpWay& way, const NewAccount& typed, const Guesser& guesser) {
  FrontDoor& door = visit.door();
  const Address& address = visit.request().client;
  if (const auto wait = door.sign_ups.admit(address, door.clock.monotonic())) {
    return sign_up_page(visit, way,
                        {.status = 429,
                         .username = typed.username,
                         .problem = wait_text("Too many accounts were made from here today.", *wait),
                         .wait = wait});
  }
  const Timestamp began = door.clock.utc();
  const auto account = add_account(door, way, typed, address);
  if (!account) {
    door.sign_ups.give_back(address);
    if (account.error() == auth::AccountError::link_void) return visit.page(invite_over_page());
    const bool taken = account.error() == auth::AccountError::name_taken;
    return sign_up_page(
        visit, way,
        {.status = taken ? 409 : 422, .username = typed.username, .problems = problems_of(account.error())});
  }
  door.log.info("account made", {{"user", account->id.value()},
                                 {"name", account->username},
                                 {"by", way.invite ? "invite" : "sign-up"},
                                 {"address", address.to_string()}});
  Response entered = enter(visit, *account, began, way.destination);
  door.guesses.succeeded(guesser);
  return entered;
}

PageAnswer take_sign_up(Visit visit, SignUpWay way) {
  FrontDoor& door = visit.door();
  if (const auto page = not_allowed(visit, way)) return visit.page(*page);
  const auto form = visit.form();
  if (!form) return form.error();
  NewAccount typed = read_new_account(*form);
  if (!visit.trusts(*form)) {
    return sign_up_page(visit, way,
                        {.status = 403, .username = typed.username, .problem = std::string(stale_form_text)});
  }
  auto problems = check_new_account(typed, door.frame.site_name);
  if (!problems.none()) {
    return sign_up_page(visit, way,
                        {.status = 422, .username = typed.username, .problems = std::move(problems)});
  }
  // Each try tells whether a name is taken: so tries are slowed like guesses.
  Guesser guesser{.username = {}, .address = visit.request().client};
  if (const auto wait = door.guesses.admit(guesser, door.clock.monotonic())) {
    return sign_up_page(visit, way,
                        {.status = 429,
                         .username = typed.username,
                         .problem = wait_text("Too many attempts from here.", *wait),
                         .wait = wait});
  }
  return Later{.on = Waiting::hashing,
               .answer = [visit = std::move(visit), way = std::move(way), typed = std::move(typed),
                          guesser]() mutable { return make_account(visit, way, typed, guesser); },
               .withdraw = [&door, guesser] { door.guesses.withdraw(guesser); }};
}

SignUpWay by_invite(const Request& request) {
  return {.invite = std::string(request.query_value("code").value_or(""))};
}

}  // namespace

PageAnswer show_sign_up(FrontDoor& door, const Request& request) {
  const Visit visit(door, request);
  auto destination = destination_of(visit);
  if (!destination) return destination.error();
  const SignUpWay way{.destination = *std::move(destination)};
  if (const auto page = not_allowed(visit, way)) return visit.page(*page);
  return sign_up_page(visit, way, {});
}

PageAnswer sign_up(FrontDoor& door, const Request& request) {
  Visit visit(door, request);
  auto destination = destination_of(visit);
  if (!destination) return destination.error();
  return take_sign_up(std::move(visit), {.destination = *std::move(destination)});
}

PageAnswer show_invite(FrontDoor& door, const Request& request) {
  Visit visit(door, request);
  SignUpWay way = by_invite(request);
  if (const auto page = not_allowed(visit, way)) return visit.page(*page);
  return Later{.answer = [visit = std::move(visit), way = std::move(way)] {
    if (!visit.door().links.invite_valid(*way.invite)) return visit.page(invite_over_page());
    return sign_up_page(visit, way, {});
  }};
}

PageAnswer accept_invite(FrontDoor& door, const Request& request) {
  return take_sign_up(Visit(door, request), by_invite(request));
}

}  // namespace chatserver::server
