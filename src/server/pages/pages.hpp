#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "server/pages/front_door.hpp"
#include "server/pages/posted_form.hpp"

namespace chatserver::server {

// The pages, one function a method and path; see PageHandler.

// The authorization endpoint (RFC 6749 section 3.1), by query and by form.
[[nodiscard]] PageAnswer authorize(FrontDoor& door, const Request& request);
[[nodiscard]] PageAnswer authorize_by_form(FrontDoor& door, const Request& request);

[[nodiscard]] PageAnswer show_sign_in(FrontDoor& door, const Request& request);
[[nodiscard]] PageAnswer sign_in(FrontDoor& door, const Request& request);
// What the page that asks for a click has in the address bar once its form was refused: asks again.
[[nodiscard]] PageAnswer show_continue(FrontDoor& door, const Request& request);
// The click of somebody who is signed in already.
[[nodiscard]] PageAnswer continue_as(FrontDoor& door, const Request& request);

[[nodiscard]] PageAnswer show_sign_up(FrontDoor& door, const Request& request);
[[nodiscard]] PageAnswer sign_up(FrontDoor& door, const Request& request);
[[nodiscard]] PageAnswer show_invite(FrontDoor& door, const Request& request);
[[nodiscard]] PageAnswer accept_invite(FrontDoor& door, const Request& request);
[[nodiscard]] PageAnswer show_set_up(FrontDoor& door, const Request& request);
[[nodiscard]] PageAnswer set_up(FrontDoor& door, const Request& request);

[[nodiscard]] PageAnswer show_account(FrontDoor& door, const Request& request);
// The same for the account's forms.
[[nodiscard]] PageAnswer back_to_account(FrontDoor& door, const Request& request);
[[nodiscard]] PageAnswer change_password(FrontDoor& door, const Request& request);
// The sign-out of the account page, and what confirms a client's.
[[nodiscard]] PageAnswer sign_out(FrontDoor& door, const Request& request);
[[nodiscard]] PageAnswer show_signed_out(FrontDoor& door, const Request& request);

// The end session endpoint (OpenID Connect RP-Initiated Logout 1.0), by query and by form.
[[nodiscard]] PageAnswer log_out(FrontDoor& door, const Request& request);
[[nodiscard]] PageAnswer log_out_by_form(FrontDoor& door, const Request& request);

[[nodiscard]] PageAnswer show_home(FrontDoor& door, const Request& request);
// 404: a page for people, a problem for programs.
[[nodiscard]] PageAnswer show_not_found(FrontDoor& door, const Request& request);

// Pages that say one thing.
[[nodiscard]] Page message_page(int status, std::string_view title, std::string_view text);
[[nodiscard]] Page bad_form_page(const FormError& error);
// 503: too much is waiting, or the database is away.
[[nodiscard]] Page busy_page();

// "Too many attempts. Try again in 3 minutes."
[[nodiscard]] std::string wait_text(std::string_view what, std::chrono::seconds wait);

}  // namespace chatserver::server
