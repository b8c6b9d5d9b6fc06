#include "app/commands/local_accounts.hpp"

#include <utility>

#include <fmt/format.h>

#include "app/database.hpp"
#include "app/issuer_secrets.hpp"
#include "app/issuer_url.hpp"

namespace chatserver::app {

LocalAccounts::LocalAccounts(std::unique_ptr<Log> log, std::unique_ptr<store::Store> store)
    : log_(std::move(log)),
      store_(std::move(store)),
      book_(*store_, hasher_, clock_, random_),
      links_(book_, *store_, clock_, random_) {}

std::expected<std::unique_ptr<LocalAccounts>, Failure> LocalAccounts::open(const config::Settings& settings,
                                                                           Missing missing) {
  if (settings.auth.mode != auth::Mode::embedded) {
    return failure(ExitCode::usage, "auth.mode: accounts and tokens are the provider's when it is oidc");
  }
  if (missing == Missing::refuse) {
    const auto status = database_status(settings);
    if (!status) return failure(ExitCode::unavailable, status.error().detail);
    if (status->current == 0) {
      return failure(
          ExitCode::unavailable,
          fmt::format("there is no database at {} yet: start the server or add a user first, or name the "
                      "right place with --server.data_dir or --store.url",
                      database_name(settings)));
    }
  }
  // Commands say by themselves what is wrong.
  auto log = std::make_unique<Log>(LogLevel::off, LogFormat::text);
  auto store = open_database(settings, store::Access::tool, *log);
  if (!store) return failure(ExitCode::unavailable, store.error().detail);
  return std::unique_ptr<LocalAccounts>(new LocalAccounts(std::move(log), *std::move(store)));
}

std::expected<std::unique_ptr<auth::KeyStorage>, Failure> LocalAccounts::issuer_keys(
    const config::Settings& settings) {
  auto storage = open_issuer_keys(settings, store_->secrets(), *log_);
  if (!storage) return failure(ExitCode::unavailable, std::move(storage.error()));
  return *std::move(storage);
}

std::expected<std::string, Failure> issuer_url_or_failure(const config::Settings& settings) {
  std::string url = known_issuer_url(settings);
  if (!url.empty()) return url;
  return failure(ExitCode::unavailable,
                 fmt::format("the server's URL is not known: start it once (it leaves the URL in {}), or set "
                             "server.public_url",
                             issuer_url_file(settings.data_dir).string()));
}

Failure account_failure(std::string_view name, auth::AccountError error) {
  switch (error) {
    case auth::AccountError::name_length:
    case auth::AccountError::name_characters:
    case auth::AccountError::name_reserved:
      return {ExitCode::usage, fmt::format("{}: {}", name, text(error))};
    case auth::AccountError::name_taken:
    case auth::AccountError::unknown_account:
      return {ExitCode::failed, fmt::format("{}: {}", name, text(error))};
    case auth::AccountError::password_too_short:
    case auth::AccountError::password_too_long:
    case auth::AccountError::password_not_text:
    case auth::AccountError::password_common:
    case auth::AccountError::password_is_name:
    case auth::AccountError::link_void:
      break;
  }
  return {ExitCode::failed, std::string(text(error))};
}

}  // namespace chatserver::app
