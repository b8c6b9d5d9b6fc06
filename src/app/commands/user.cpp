#include <istream>
#include <ostream>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/commands/local_accounts.hpp"

namespace chatserver::app {
namespace {

std::expected<std::string, Failure> read_password(bool from_stdin, Console& console) {
  if (from_stdin) {
    std::string line;
    if (!std::getline(console.in, line)) return failure(ExitCode::usage, "standard input holds no password");
    return line;
  }
  const auto password = console.ask_secret("Password: ");
  if (!password)
    return failure(ExitCode::usage, "no terminal to ask for a password on; use --password-stdin");
  const auto repeated = console.ask_secret("Again: ");
  if (repeated != password) return failure(ExitCode::failed, "the two passwords differ; nothing was changed");
  return *password;
}

// Opens the accounts and makes one change to the account of that name.
template <class Change>
Outcome change_account(const config::Settings& settings, const std::string& name, Change change) {
  const auto accounts = LocalAccounts::open(settings, Missing::refuse);
  if (!accounts) return std::unexpected(accounts.error());
  const auto changed = change((*accounts)->book());
  if (!changed) return std::unexpected(account_failure(name, changed.error()));
  return {};
}

}  // namespace

Outcome user_add(const config::Settings& settings, const config::UserAdd& command, Console& console) {
  // Before the operator types a password for nothing.
  const auto name = auth::canonical_username(command.name);
  if (!name) return std::unexpected(account_failure(command.name, name.error()));
  const auto accounts = LocalAccounts::open(settings, Missing::create);
  if (!accounts) return std::unexpected(accounts.error());
  const auto password = read_password(command.password_stdin, console);
  if (!password) return std::unexpected(password.error());

  const auto role = command.admin ? auth::AccountRole::admin : auth::AccountRole::user;
  const auto added = (*accounts)->book().add(*name, *password, role);
  if (!added) return std::unexpected(account_failure(command.name, added.error()));
  console.out << added->id.value() << '\n';
  return {};
}

Outcome user_list(const config::Settings& settings, Console& console) {
  const auto accounts = LocalAccounts::open(settings, Missing::refuse);
  if (!accounts) return std::unexpected(accounts.error());
  for (const store::Account& account : (*accounts)->book().list()) {
    console.out << fmt::format("{}\t{}\t{}\t{}\n", account.username, account.id.value(),
                               account.admin ? "admin" : "user", account.disabled ? "disabled" : "active");
  }
  return {};
}

Outcome user_password(const config::Settings& settings, const config::UserPassword& command,
                      Console& console) {
  const auto accounts = LocalAccounts::open(settings, Missing::refuse);
  if (!accounts) return std::unexpected(accounts.error());
  auth::AccountBook& book = (*accounts)->book();
  if (const auto found = book.find(command.name); !found) {
    return std::unexpected(account_failure(command.name, found.error()));
  }
  const auto password = read_password(command.password_stdin, console);
  if (!password) return std::unexpected(password.error());
  const auto changed = book.set_password(command.name, *password);
  if (!changed) return std::unexpected(account_failure(command.name, changed.error()));
  return {};
}

Outcome user_role(const config::Settings& settings, const config::UserRole& command) {
  const auto role = command.role == config::Role::admin ? auth::AccountRole::admin : auth::AccountRole::user;
  return change_account(settings, command.name,
                        [&](auth::AccountBook& book) { return book.set_role(command.name, role); });
}

Outcome user_disable(const config::Settings& settings, const config::UserDisable& command) {
  return change_account(settings, command.name, [&](auth::AccountBook& book) {
    return book.set_state(command.name, auth::AccountState::disabled);
  });
}

Outcome user_enable(const config::Settings& settings, const config::UserEnable& command) {
  return change_account(settings, command.name, [&](auth::AccountBook& book) {
    return book.set_state(command.name, auth::AccountState::active);
  });
}

}  // namespace chatserver::app
