#pragma once

#include <string>
#include <string_view>

#include "server/pages/html.hpp"

namespace chatserver::server {

// Where the keyboard is when the page opens.
enum class Focus { elsewhere, here };

// A labelled input. What helps and what is wrong is said to screen readers with it.
struct Field {
  std::string_view name;
  std::string_view label;
  std::string_view type = "text";
  std::string_view autocomplete;
  std::string value{};  // never of a password
  std::string hint{};
  std::string error{};
  Focus focus = Focus::elsewhere;
};
[[nodiscard]] Html field(const Field& field);

[[nodiscard]] Field username_field(std::string value);
// `autocomplete`: current-password or new-password.
[[nodiscard]] Field password_field(std::string_view name, std::string_view label,
                                   std::string_view autocomplete);

// A form that posts to `action`, which is one of our paths, perhaps with a query.
[[nodiscard]] Html form(std::string_view action, const Html& content);

enum class Prominence { main, quiet };
// A button that sends its form; `value` non-empty: as the field `decision`.
[[nodiscard]] Html button(std::string_view label, Prominence prominence = Prominence::main,
                          std::string_view value = {});

// A message above a form.
[[nodiscard]] Html problem_notice(std::string_view text);
[[nodiscard]] Html good_notice(std::string_view text);

// Who is signed in.
[[nodiscard]] Html person(std::string_view username, std::string_view role);

// "a password is …" as a sentence: capital and full stop.
[[nodiscard]] std::string sentence(std::string_view phrase);

}  // namespace chatserver::server
