#include "app/commands/commands.hpp"
#include "app/data_files.hpp"
#include "auth/issuer/key_files.hpp"
#include "auth/issuer/provider.hpp"
#include "base/clock.hpp"

namespace chatserver::app {

Outcome rotate_keys(const config::Settings& settings, const config::RotateKeys& command) {
  if (settings.auth.mode != auth::Mode::embedded) {
    return failure(ExitCode::usage, "auth.mode: signing keys are the provider's when it is oidc");
  }
  const Timestamp now = SystemClock().utc();
  const auth::KeyFiles files(signing_key_file(settings));
  const auto rotated = files.rotate(now, tokens_end(now, auth::Lifetimes{}.access_token, settings),
                                    command.drop_old ? auth::OldKey::dropped : auth::OldKey::verifies);
  if (!rotated) return failure(ExitCode::unavailable, rotated.error().message);
  return {};
}

}  // namespace chatserver::app
