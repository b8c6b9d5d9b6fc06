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

// What the form shows besides its fields.
struct SetUpForm {
  int status = 200;
  std::string username{};
  std::string problem{};
  NewAccountProblems problems{};
};

Page link_over_page() {
  return message_page(410, "This link is over",
                      "It has been used, has expired, or was replaced by a newer one. While there is no "
                      "administrator, the command chatserver setup-link prints a new one.");
}

Response set_up_page(const Visit& visit, std::string_view key, const SetUpForm& shown) {
  Html content = html("<h1>Set up {}</h1>\n", visit.door().frame.site_name);
  content += html("<p class=\"lead\">Your server is running. Create the account that administers it.</p>\n");
  if (!shown.problem.empty()) content += problem_notice(shown.problem);
  Html fields = visit.form_token();
  fields += new_account_fields(shown.username, shown.problems);
  fields += button("Create administrator");
  content += form(with_parameter(set_up_path, "key", key), fields);
  return visit.page({.status = shown.status,
                     .title = shown.status == 200 ? "Set up" : "Not set up yet",
                     .content = content});
}

Response make_admin(Visit& visit, const std::string& key, const NewAccount& typed) {
  FrontDoor& door = visit.door();
  const Timestamp began = door.clock.utc();
  const auto account = door.links.set_up(key, typed.username, typed.password);
  if (!account) {
    if (account.error() == auth::AccountError::link_void) return visit.page(link_over_page());
    const bool taken = account.error() == auth::AccountError::name_taken;
    return set_up_page(
        visit, key,
        {.status = taken ? 409 : 422, .username = typed.username, .problems = problems_of(account.error())});
  }
  door.log.info("account made", {{"user", account->id.value()},
                                 {"name", account->username},
                                 {"by", "set-up link"},
                                 {"address", visit.request().client.to_string()}});
  return enter(visit, *account, began, {});
}

std::string key_of(const Request& request) {
  return std::string(request.query_value("key").value_or(""));
}

}  // namespace

PageAnswer show_set_up(FrontDoor& door, const Request& request) {
  return Later{.answer = [visit = Visit(door, request), key = key_of(request)] {
    if (!visit.door().links.setup_link_valid(key)) return visit.page(link_over_page());
    return set_up_page(visit, key, {});
  }};
}

PageAnswer set_up(FrontDoor& door, const Request& request) {
  Visit visit(door, request);
  std::string key = key_of(request);
  const auto form = visit.form();
  if (!form) return form.error();
  NewAccount typed = read_new_account(*form);
  if (!visit.trusts(*form)) {
    return set_up_page(visit, key,
                       {.status = 403, .username = typed.username, .problem = std::string(stale_form_text)});
  }
  auto problems = check_new_account(typed, door.frame.site_name);
  if (!problems.none()) {
    return set_up_page(visit, key,
                       {.status = 422, .username = typed.username, .problems = std::move(problems)});
  }
  return Later{.on = Waiting::hashing,
               .answer = [visit = std::move(visit), key = std::move(key),
                          typed = std::move(typed)]() mutable { return make_admin(visit, key, typed); }};
}

}  // namespace chatserver::server
