#pragma once

#include "app/commands/console.hpp"
#include "app/commands/outcome.hpp"
#include "config/command_line.hpp"

namespace chatserver::app {

// The commands beside the server, one function each. They block, and may run
// while the server does. Errors: throw store::Unavailable.

// Prints the effective settings.
[[nodiscard]] Outcome check_config(const config::Invocation& invocation, Console& console);

// Makes an account, and the database where there is none; prints its id.
[[nodiscard]] Outcome user_add(const config::Settings& settings, const config::UserAdd& command,
                               Console& console);
// One line an account: name, id, "admin" or "user", "active" or "disabled", between tabs.
[[nodiscard]] Outcome user_list(const config::Settings& settings, Console& console);
[[nodiscard]] Outcome user_password(const config::Settings& settings, const config::UserPassword& command,
                                    Console& console);
[[nodiscard]] Outcome user_role(const config::Settings& settings, const config::UserRole& command);
[[nodiscard]] Outcome user_disable(const config::Settings& settings, const config::UserDisable& command);
[[nodiscard]] Outcome user_enable(const config::Settings& settings, const config::UserEnable& command);

// Prints a link by which accounts can be made where nobody may just sign up.
[[nodiscard]] Outcome invite(const config::Settings& settings, const config::Invite& command,
                             Console& console);
// Prints a new link that makes the first admin; it voids the one before.
[[nodiscard]] Outcome print_setup_link(const config::Settings& settings, Console& console);

// Prints an access token. Whether the account may use the client is for the
// server to say, when the token is shown.
[[nodiscard]] Outcome issue_token(const config::Settings& settings, const config::IssueToken& command,
                                  Console& console);

// Makes a new signing key; a running server takes it over by itself.
[[nodiscard]] Outcome rotate_keys(const config::Settings& settings, const config::RotateKeys& command);

// Prints what was done to the schema, or with `check` what would be.
[[nodiscard]] Outcome migrate(const config::Settings& settings, const config::Migrate& command,
                              Console& console);

}  // namespace chatserver::app
