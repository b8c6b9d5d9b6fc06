#include "server/pages/new_account.hpp"

#include "auth/issuer/password_choice.hpp"
#include "server/pages/controls.hpp"

namespace chatserver::server {
namespace {

std::string password_problem(const NewAccount& typed, std::string_view site_name) {
  const auto good = auth::check_password_choice(typed.password, {typed.username, site_name});
  return good ? std::string() : sentence(text(good.error()));
}

}  // namespace

NewAccount read_new_account(const PostedForm& form) {
  return {.username = std::string(form.value("username")),
          .password = std::string(form.value("password")),
          .password_again = std::string(form.value("password_again"))};
}

NewAccountProblems check_new_password(const NewAccount& typed, std::string_view site_name) {
  NewAccountProblems problems{.password = password_problem(typed, site_name)};
  if (problems.password.empty() && typed.password != typed.password_again) {
    problems.password_again = "The two passwords are not the same.";
  }
  return problems;
}

NewAccountProblems check_new_account(const NewAccount& typed, std::string_view site_name) {
  NewAccountProblems problems = check_new_password(typed, site_name);
  const auto name = auth::canonical_username(typed.username);
  if (!name) problems.username = sentence(text(name.error()));
  return problems;
}

NewAccountProblems problems_of(auth::AccountError error) {
  switch (error) {
    case auth::AccountError::password_too_short:
    case auth::AccountError::password_too_long:
    case auth::AccountError::password_not_text:
    case auth::AccountError::password_common:
    case auth::AccountError::password_is_name:
      return {.password = sentence(text(error))};
    default:
      return {.username = sentence(text(error))};
  }
}

Html new_account_fields(std::string_view username, const NewAccountProblems& problems) {
  Field name = username_field(std::string(username));
  name.hint = "2 to 32 letters a to z and digits, with dots, hyphens or underscores between them.";
  name.error = problems.username;
  if (problems.none() || !problems.username.empty()) name.focus = Focus::here;
  Html fields = field(name);
  fields += new_password_fields(problems, "Password");
  return fields;
}

Html new_password_fields(const NewAccountProblems& problems, std::string_view label) {
  Field password = password_field("password", label, "new-password");
  password.hint = "At least 8 characters. A few random words make a good one.";
  password.error = problems.password;
  Field again = password_field("password_again", "Repeat the password", "new-password");
  again.error = problems.password_again;
  if (problems.username.empty()) {
    if (!problems.password.empty()) password.focus = Focus::here;
    if (!problems.password_again.empty()) again.focus = Focus::here;
  }
  Html fields = field(password);
  fields += field(again);
  return fields;
}

}  // namespace chatserver::server
