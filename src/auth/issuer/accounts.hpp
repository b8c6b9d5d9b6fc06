#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/issuer/password.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/accounts.hpp"

namespace chatserver::auth {

enum class AccountError {
  name_length,      // not 2–32 characters
  name_characters,  // see canonical_username
  name_reserved,
  name_taken,
  unknown_account,
  password_too_short,
  password_too_long,
  password_not_text,
  password_common,
  password_is_name,
  link_void,  // of AccountLinks
};

// A sentence for the operator or the person signing up.
[[nodiscard]] std::string_view text(AccountError error) noexcept;

// The name as it is stored and shown: 2–32 ASCII letters (folded to lower case)
// and digits, with single `.`, `_` or `-` between them. A documented simpler rule
// than RFC 8265's UsernameCaseMapped: without other scripts, case and invisible
// characters nobody can pass for somebody else but by `l` for `1` and the like.
// Threading: pure.
[[nodiscard]] std::expected<std::string, AccountError> canonical_username(std::string_view name);

enum class AccountRole { user, admin };
enum class AccountState { active, disabled };

// What can be done with local accounts; the rules about names and passwords live here.
// Every change of an account ends its logins and its tokens (store::Accounts).
// Threading: any; calls block on the store and on hashing. Errors: throws store::Unavailable.
class AccountBook {
 public:
  AccountBook(store::Accounts& store, const PasswordHasher& hasher, const Clock& clock, Random& random);

  [[nodiscard]] std::expected<store::Account, AccountError> add(std::string_view name,
                                                                std::string_view password, AccountRole role);
  // What add() would add: all rules kept, the password hashed, the name not yet taken.
  [[nodiscard]] std::expected<store::Account, AccountError> prepare(std::string_view name,
                                                                    std::string_view password,
                                                                    AccountRole role);
  // The account whose password it is; none if the name is unknown, the password
  // wrong or the account disabled, which take the same time.
  [[nodiscard]] std::optional<store::Account> authenticate(std::string_view name, std::string_view password);

  [[nodiscard]] std::vector<store::Account> list();  // by name
  [[nodiscard]] std::expected<store::Account, AccountError> find(std::string_view name);
  [[nodiscard]] std::expected<void, AccountError> set_password(std::string_view name,
                                                               std::string_view password);
  [[nodiscard]] std::expected<void, AccountError> set_role(std::string_view name, AccountRole role);
  [[nodiscard]] std::expected<void, AccountError> set_state(std::string_view name, AccountState state);

 private:
  store::Accounts& store_;
  const PasswordHasher& hasher_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace chatserver::auth
