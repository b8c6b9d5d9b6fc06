#include "app/commands/run_command.hpp"

#include <ostream>
#include <variant>

#include "app/commands/commands.hpp"
#include "base/check.hpp"
#include "store/store.hpp"

namespace chatserver::app {
namespace {

struct Dispatch {
  const config::Invocation& invocation;
  std::string_view version;
  Console& console;

  Outcome operator()(const config::Run&) const {
    check(false, "the server is no command of run_command()");
    return {};
  }
  Outcome operator()(const config::CheckConfig&) const { return check_config(invocation, console); }
  Outcome operator()(const config::UserAdd& c) const { return user_add(invocation.settings, c, console); }
  Outcome operator()(const config::UserList&) const { return user_list(invocation.settings, console); }
  Outcome operator()(const config::UserPassword& c) const {
    return user_password(invocation.settings, c, console);
  }
  Outcome operator()(const config::UserRole& c) const { return user_role(invocation.settings, c); }
  Outcome operator()(const config::UserDisable& c) const { return user_disable(invocation.settings, c); }
  Outcome operator()(const config::UserEnable& c) const { return user_enable(invocation.settings, c); }
  Outcome operator()(const config::Invite& c) const { return invite(invocation.settings, c, console); }
  Outcome operator()(const config::SetupLink&) const {
    return print_setup_link(invocation.settings, console);
  }
  Outcome operator()(const config::IssueToken& c) const {
    return issue_token(invocation.settings, c, console);
  }
  Outcome operator()(const config::RotateKeys& c) const { return rotate_keys(invocation.settings, c); }
  Outcome operator()(const config::Migrate& c) const { return migrate(invocation.settings, c, console); }
  Outcome operator()(const config::ShowHelp& c) const {
    console.out << c.text;
    return {};
  }
  Outcome operator()(const config::ShowVersion&) const {
    console.out << "chatserver " << version << '\n';
    return {};
  }
};

Outcome dispatch(const config::Invocation& invocation, std::string_view version, Console& console) {
  try {
    return std::visit(Dispatch{invocation, version, console}, invocation.command);
  } catch (const store::Unavailable& error) {
    return failure(ExitCode::unavailable, error.what());
  }
}

}  // namespace

ExitCode run_command(const config::Invocation& invocation, std::string_view version, Console& console) {
  const Outcome outcome = dispatch(invocation, version, console);
  if (!outcome) {
    console.err << "chatserver: " << outcome.error().message << '\n';
    return outcome.error().exit_code;
  }
  console.out.flush();
  if (!console.out) {
    console.err << "chatserver: standard output cannot be written\n";
    return ExitCode::failed;
  }
  return ExitCode::ok;
}

}  // namespace chatserver::app
