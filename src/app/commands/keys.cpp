#include "app/commands/commands.hpp"
#include "app/commands/local_accounts.hpp"
#include "app/data_files.hpp"
#include "auth/issuer/key_files.hpp"
#include "auth/issuer/provider.hpp"
#include "base/clock.hpp"

namespace chatserver::app {
namespace {

Outcome rotate(auth::KeyStorage& storage, const config::Settings& settings,
               const config::RotateKeys& command) {
  const Timestamp now = SystemClock().utc();
  const auto rotated = storage.rotate(now, tokens_end(now, auth::Lifetimes{}.access_token, settings),
                                      command.drop_old ? auth::OldKey::dropped : auth::OldKey::verifies);
  if (!rotated) return failure(ExitCode::unavailable, rotated.error().message);
  return {};
}

}  // namespace

Outcome rotate_keys(const config::Settings& settings, const config::RotateKeys& command) {
  if (settings.auth.mode != auth::Mode::embedded) {
    return failure(ExitCode::usage, "auth.mode: signing keys are the provider's when it is oidc");
  }
  if (settings.store.backend == store::Backend::sqlite) {
    auth::KeyFiles files(signing_key_file(settings));  // without a look at the database
    return rotate(files, settings, command);
  }
  const auto accounts = LocalAccounts::open(settings, Missing::refuse);
  if (!accounts) return std::unexpected(accounts.error());
  const auto storage = (*accounts)->issuer_keys(settings);
  if (!storage) return std::unexpected(storage.error());
  return rotate(**storage, settings, command);
}

}  // namespace chatserver::app
