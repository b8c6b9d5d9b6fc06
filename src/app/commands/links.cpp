#include <ostream>
#include <string>

#include "app/account_pages.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/local_accounts.hpp"
#include "auth/issuer/issuer.hpp"
#include "server/http_policy.hpp"

namespace chatserver::app {

Outcome invite(const config::Settings& settings, const config::Invite& command, Console& console) {
  if (settings.auth.registration == auth::Registration::closed) {
    return failure(ExitCode::usage,
                   "accounts.registration is closed, so an invite would let nobody in; set it to invite");
  }
  const auto accounts = LocalAccounts::open(settings, Missing::create);
  if (!accounts) return std::unexpected(accounts.error());
  const auto url = issuer_url_or_failure(settings);
  if (!url) return std::unexpected(url.error());
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
