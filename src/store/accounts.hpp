#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/ids.hpp"

namespace chatserver::store {

// A local account of the embedded issuer.
struct Account {
  UserId id;  // a UUID
  std::string username;
  std::string password_hash;  // Argon2id in PHC string format; empty: cannot sign in by password
  bool admin = false;
  bool disabled = false;
  Timestamp created_at;
  Timestamp valid_from{};  // tokens issued up to then are over

  friend bool operator==(const Account&, const Account&) = default;
};

// Where the embedded issuer keeps its accounts. User names are compared as
// given: folding them is the issuer's business.
//
// Each change of an account, in the same transaction, moves `valid_from` to `now`,
// ends the account's browser sessions and refresh families and is appended to
// Grants::account_changes_after(). Setting what is set already changes nothing,
// but for a password.
//
// `valid_from` moves by a second at least, even if the clock does not: tokens say the second of
// their making, and the first ones after a change say the second after it.
//
// Threading: any; every call blocks. Errors: throws Unavailable.
class Accounts {
 public:
  virtual ~Accounts() = default;

  // False, and nothing changed, when the name is taken.
  [[nodiscard]] virtual bool add_account(const Account& account) = 0;
  [[nodiscard]] virtual std::optional<Account> find_account(std::string_view username) = 0;
  [[nodiscard]] virtual std::optional<Account> find_account_by_id(const UserId& id) = 0;
  [[nodiscard]] virtual std::vector<Account> accounts() = 0;  // by name

  // False when there is no such account.
  [[nodiscard]] virtual bool set_password(const UserId& id, std::string_view password_hash,
                                          Timestamp now) = 0;
  [[nodiscard]] virtual bool set_admin(const UserId& id, bool admin, Timestamp now) = 0;
  [[nodiscard]] virtual bool set_disabled(const UserId& id, bool disabled, Timestamp now) = 0;
};

}  // namespace chatserver::store
