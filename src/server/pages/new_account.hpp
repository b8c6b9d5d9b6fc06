#pragma once

#include <string>
#include <string_view>

#include "auth/issuer/accounts.hpp"
#include "server/pages/html.hpp"
#include "server/pages/posted_form.hpp"

namespace chatserver::server {

// What is typed to make an account, on sign-up, by an invite and at set-up.
struct NewAccount {
  std::string username;
  std::string password;
  std::string password_again;
};

// What is wrong with each field; empty: nothing.
struct NewAccountProblems {
  std::string username{};
  std::string password{};
  std::string password_again{};

  [[nodiscard]] bool none() const noexcept {
    return username.empty() && password.empty() && password_again.empty();
  }
};

[[nodiscard]] NewAccount read_new_account(const PostedForm& form);

// All that can be said without the store, so that everything is said at once.
// Threading: pure. A password must not be the `site_name` either.
[[nodiscard]] NewAccountProblems check_new_account(const NewAccount& typed, std::string_view site_name);
// The same of a new password for an account that exists; its fields are named alike.
[[nodiscard]] NewAccountProblems check_new_password(const NewAccount& typed, std::string_view site_name);

// What the store said, at the field that it is about.
[[nodiscard]] NewAccountProblems problems_of(auth::AccountError error);

// The fields, without the passwords that were typed. The keyboard is at the first problem.
[[nodiscard]] Html new_account_fields(std::string_view username, const NewAccountProblems& problems);
[[nodiscard]] Html new_password_fields(const NewAccountProblems& problems, std::string_view label);

}  // namespace chatserver::server
