#pragma once

#include <expected>
#include <memory>
#include <string>

#include "auth/issuer/issuer.hpp"
#include "auth/issuer/key_storage.hpp"
#include "auth/key_refresher.hpp"
#include "auth/key_ring.hpp"
#include "auth/revocations.hpp"
#include "auth/seen_tokens.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "server/authenticator.hpp"
#include "server/routes/routes.hpp"
#include "store/store.hpp"

namespace chatserver::app {

// Who says who users are: the embedded issuer, or a remote one whose keys are
// kept fresh. Destroyed in reverse.
struct Identity {
  std::string issuer_url;
  std::unique_ptr<auth::KeyRing> keys;
  std::unique_ptr<auth::Revocations> revocations;
  std::unique_ptr<auth::KeyStorage> key_storage;   // embedded mode
  std::unique_ptr<auth::Issuer> issuer;            // embedded mode
  std::unique_ptr<auth::KeyRefresher> refresher;   // oidc mode
  std::unique_ptr<auth::SeenTokens> seen_logouts;  // oidc mode
  std::unique_ptr<server::Authenticator> authenticator;
};

// `public_url`: below which the embedded issuer lies. `secrets` as open_issuer_keys() takes it; outlives
// the identity. The error is for the operator (exit code 3); throws Unavailable.
[[nodiscard]] std::expected<Identity, std::string> build_identity(const config::Settings& settings,
                                                                  const std::string& public_url,
                                                                  store::Secrets* secrets, const Clock& clock,
                                                                  Random& random, Log& log);

// An id means the same person only where the same issuer gave it. So the users in the database stay those of
// one issuer, to which the embedded one counts as `embedded` wherever it is, until `auth.issuer_alias`
// says that the present one has them now. The error is for the operator (exit code 3); throws Unavailable.
[[nodiscard]] std::expected<void, std::string> claim_users(store::Store& store, const auth::Options& options);

[[nodiscard]] server::Discovery build_discovery(const config::Settings& settings,
                                                const std::string& public_url, const std::string& issuer_url,
                                                std::string server_id);

}  // namespace chatserver::app
