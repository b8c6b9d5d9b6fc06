#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/commands/local_accounts.hpp"
#include "app/data_files.hpp"
#include "auth/issuer/issuer.hpp"
#include "auth/issuer/key_storage.hpp"

namespace chatserver::app {
namespace {

// A key that is rotated away stays as long as the token that it is about to sign.
std::expected<auth::SigningKeys, auth::SigningKeyError> signing_keys_for(std::chrono::seconds ttl,
                                                                         Timestamp now,
                                                                         const config::Settings& settings,
                                                                         auth::KeyStorage& storage) {
  const auto announced = storage.expect_token(now, tokens_end(now, ttl, settings));
  if (!announced) return std::unexpected(announced.error());
  return storage.load(now);
}

}  // namespace

Outcome issue_token(const config::Settings& settings, const config::IssueToken& command, Console& console) {
  const auto accounts = LocalAccounts::open(settings, Missing::refuse);
  if (!accounts) return std::unexpected(accounts.error());
  const auto account = (*accounts)->book().find(command.name);
  if (!account) return std::unexpected(account_failure(command.name, account.error()));
  if (account->disabled)
    return failure(ExitCode::failed, fmt::format("{}: the account is disabled", command.name));

  auto url = issuer_url_or_failure(settings);
  if (!url) return std::unexpected(url.error());
  const Timestamp now = (*accounts)->clock().utc();
  const auto storage = (*accounts)->issuer_keys(settings);
  if (!storage) return std::unexpected(storage.error());
  auto keys = signing_keys_for(command.ttl, now, settings, **storage);
  if (!keys) return failure(ExitCode::unavailable, keys.error().message);

  const auth::Issuer issuer(*std::move(url), settings.auth.admin_role, *std::move(keys),
                            (*accounts)->random());
  const auth::AccessGrant grant{.client = command.client, .ttl = command.ttl};
  console.out << issuer.issue_access_token(*account, grant, now) << '\n';
  return {};
}

}  // namespace chatserver::app
