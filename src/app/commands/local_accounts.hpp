#pragma once

#include <expected>
#include <memory>
#include <string_view>

#include "app/commands/outcome.hpp"
#include "auth/issuer/account_links.hpp"
#include "auth/issuer/accounts.hpp"
#include "auth/issuer/key_storage.hpp"
#include "auth/issuer/password.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "store/store.hpp"

namespace chatserver::app {

// What to do where there is no database yet.
enum class Missing { create, refuse };

// The accounts of the embedded issuer, opened beside a server that may be running.
class LocalAccounts {
 public:
  // Fails where auth.mode is oidc: accounts are the provider's then.
  [[nodiscard]] static std::expected<std::unique_ptr<LocalAccounts>, Failure> open(
      const config::Settings& settings, Missing missing);

  [[nodiscard]] auth::AccountBook& book() noexcept { return book_; }
  [[nodiscard]] auth::AccountLinks& links() noexcept { return links_; }
  [[nodiscard]] std::expected<std::unique_ptr<auth::KeyStorage>, Failure> issuer_keys(
      const config::Settings& settings);
  [[nodiscard]] const Clock& clock() const noexcept { return clock_; }
  [[nodiscard]] Random& random() noexcept { return random_; }

 private:
  LocalAccounts(std::unique_ptr<Log> log, std::unique_ptr<store::Store> store);

  std::unique_ptr<Log> log_;  // the store's
  SystemClock clock_;
  SystemRandom random_;
  auth::PasswordHasher hasher_;
  std::unique_ptr<store::Store> store_;
  auth::AccountBook book_;
  auth::AccountLinks links_;
};

// What an error of the account book means to whoever ran the command on `name`.
[[nodiscard]] Failure account_failure(std::string_view name, auth::AccountError error);

// The URL that tokens and links are made for.
[[nodiscard]] std::expected<std::string, Failure> issuer_url_or_failure(const config::Settings& settings);

}  // namespace chatserver::app
