#include <ostream>
#include <string>

#include "app/account_pages.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/local_accounts.hpp"
#include "auth/issuer/issuer.hpp"
#include "server/http_policy.hpp"

namespace chatserver::app {

namespace {

// Whether a server of that URL certainly heeds no invite; where it is this machine's, that depends on its
// listeners too.
bool surely_closed(auth::Registration setting, const std::string& url) {
  if (setting == auth::Registration::closed) return true;
  if (setting != auth::Registration::automatic) return false;
  return !server::is_of_this_machine(url);
}

}  // namespace

Outcome invite(const config::Settings& settings, const config::Invite& command, Console& console) {
  const auto url = issuer_url_or_failure(settings);
  if (!url) return std::unexpected(url.error());
  if (surely_closed(settings.auth.registration, *url)) {
    return failure(ExitCode::usage,
                   "nobody can sign up at this server, so an invite would let nobody in; set "
                   "accounts.registration to invite or open");
  }
  const auto accounts = LocalAccounts::open(settings, Missing::create);
  if (!accounts) return std::unexpected(accounts.error());
  const std::string secret = (*accounts)->links().new_invite({.uses = command.uses, .ttl = command.ttl});
  console.out << invite_link(server::origin_of(*url), secret) << '\n';
  if (settings.auth.registration == auth::Registration::automatic) {
    console.err << "chatserver: unless the server is on loopback, it heeds invites only with "
                   "accounts.registration = \"invite\" or \"open\"\n";
  }
  return {};
}

Outcome print_setup_link(const config::Settings& settings, Console& console) {
  const auto accounts = LocalAccounts::open(settings, Missing::create);
  if (!accounts) return std::unexpected(accounts.error());
  const auto url = issuer_url_or_failure(settings);
  if (!url) return std::unexpected(url.error());
  const auto secret = (*accounts)->links().new_setup_link();
  if (!secret)
    return failure(ExitCode::failed, "there is an administrator already; `chatserver user` makes others");
  console.out << setup_link(server::origin_of(*url), *secret) << '\n';
  return {};
}

}  // namespace chatserver::app
