#include "auth/issuer/accounts.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "auth/issuer/password_choice.hpp"
#include "auth/issuer/uuid.hpp"

namespace chatserver::auth {
namespace {

constexpr std::size_t username_chars_min = 2;
constexpr std::size_t username_chars_max = 32;

// Names under which the server itself speaks, or shows somebody it no longer knows.
constexpr std::array<std::string_view, 3> reserved{"server", "system", "unknown"};

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_separator(char c) {
  return c == '.' || c == '_' || c == '-';
}

AccountError account_error(PasswordError error) {
  switch (error) {
    case PasswordError::too_short:
      return AccountError::password_too_short;
    case PasswordError::too_long:
      return AccountError::password_too_long;
    case PasswordError::common:
      return AccountError::password_common;
    case PasswordError::is_name:
      return AccountError::password_is_name;
    case PasswordError::not_text:
      break;
  }
  return AccountError::password_not_text;
}

// An account that went between finding and changing it.
std::expected<void, AccountError> changed(bool found) {
  if (!found) return std::unexpected(AccountError::unknown_account);
  return {};
}

}  // namespace

std::string_view text(AccountError error) noexcept {
  switch (error) {
    case AccountError::name_length:
      return "a user name has 2 to 32 characters";
    case AccountError::name_characters:
      return "a user name is made of the letters a to z and digits, with single dots, hyphens or underscores "
             "between them";
    case AccountError::name_reserved:
      return "this user name is reserved";
    case AccountError::name_taken:
      return "this user name is taken";
    case AccountError::unknown_account:
      return "there is no account of this name";
    case AccountError::password_too_short:
      return text(PasswordError::too_short);
    case AccountError::password_too_long:
      return text(PasswordError::too_long);
    case AccountError::password_not_text:
      return text(PasswordError::not_text);
    case AccountError::password_common:
      return text(PasswordError::common);
    case AccountError::password_is_name:
      return text(PasswordError::is_name);
    case AccountError::link_void:
      return "this link has been used, or is out of date";
  }
  return "unusable account";
}

std::expected<std::string, AccountError> canonical_username(std::string_view name) {
  if (name.size() < username_chars_min || name.size() > username_chars_max) {
    return std::unexpected(AccountError::name_length);
  }
  std::string folded(name);
  char previous = '.';  // so that a separator cannot come first
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (!is_alphanumeric(c) && !(is_separator(c) && !is_separator(previous))) {
      return std::unexpected(AccountError::name_characters);
    }
    previous = c;
  }
  if (is_separator(previous)) return std::unexpected(AccountError::name_characters);
  if (std::ranges::find(reserved, folded) != reserved.end())
    return std::unexpected(AccountError::name_reserved);
  return folded;
}

AccountBook::AccountBook(store::Accounts& store, const PasswordHasher& hasher, const Clock& clock,
                         Random& random)
    : store_(store), hasher_(hasher), clock_(clock), random_(random) {}

std::expected<store::Account, AccountError> AccountBook::prepare(std::string_view name,
                                                                 std::string_view password,
                                                                 AccountRole role) {
  auto username = canonical_username(name);
  if (!username) return std::unexpected(username.error());
  const auto good = check_password_choice(password, {*username});
  if (!good) return std::unexpected(account_error(good.error()));
  // Before the hash is paid for; the store has the last word.
  if (store_.find_account(*username)) return std::unexpected(AccountError::name_taken);

  store::Account account;
  account.id = UserId(make_uuid(random_));
  account.username = std::move(*username);
  account.password_hash = hasher_.hash(password);
  account.admin = role == AccountRole::admin;
  account.created_at = clock_.utc();
  return account;
}

std::expected<store::Account, AccountError> AccountBook::add(std::string_view name, std::string_view password,
                                                             AccountRole role) {
  auto account = prepare(name, password, role);
  if (account && !store_.add_account(*account)) return std::unexpected(AccountError::name_taken);
  return account;
}

std::optional<store::Account> AccountBook::authenticate(std::string_view name, std::string_view password) {
  auto account = find(name);
  const bool matches = hasher_.verify(password, account ? account->password_hash : std::string());
  if (!account || !matches || account->disabled) return std::nullopt;
  return *std::move(account);
}

std::vector<store::Account> AccountBook::list() {
  return store_.accounts();
}

std::expected<store::Account, AccountError> AccountBook::find(std::string_view name) {
  const auto username = canonical_username(name);
  if (!username) return std::unexpected(AccountError::unknown_account);
  auto account = store_.find_account(*username);
  if (!account) return std::unexpected(AccountError::unknown_account);
  return std::move(*account);
}

std::expected<void, AccountError> AccountBook::set_password(std::string_view name,
                                                            std::string_view password) {
  const auto account = find(name);
  if (!account) return std::unexpected(account.error());
  const auto good = check_password_choice(password, {account->username});
  if (!good) return std::unexpected(account_error(good.error()));
  return changed(store_.set_password(account->id, hasher_.hash(password), clock_.utc()));
}

std::expected<void, AccountError> AccountBook::set_role(std::string_view name, AccountRole role) {
  const auto account = find(name);
  if (!account) return std::unexpected(account.error());
  return changed(store_.set_admin(account->id, role == AccountRole::admin, clock_.utc()));
}

std::expected<void, AccountError> AccountBook::set_state(std::string_view name, AccountState state) {
  const auto account = find(name);
  if (!account) return std::unexpected(account.error());
  return changed(store_.set_disabled(account->id, state == AccountState::disabled, clock_.utc()));
}

}  // namespace chatserver::auth
