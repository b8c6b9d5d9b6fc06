#include "app/ended_logins.hpp"

#include <optional>

namespace chatserver::app {
namespace {

constexpr std::size_t changes_at_once = 1000;

}  // namespace

EndedLogins::EndedLogins(store::Accounts& accounts, store::Grants& grants, auth::Revocations& revocations,
                         chat::SessionEnder& sessions)
    : grants_(grants), sessions_(sessions) {
  for (const store::Account& account : accounts.accounts()) {
    if (account.valid_from != Timestamp{}) revocations.revoke_subject(account.id, account.valid_from);
  }
  catch_up();
}

void EndedLogins::catch_up() {
  const MutexLock lock(mutex_);
  for (;;) {
    const auto changes = grants_.account_changes_after(last_, changes_at_once);
    for (const store::AccountChange& change : changes) {
      apply(change);
      last_ = change.id;
    }
    if (changes.size() < changes_at_once) return;
  }
}

void EndedLogins::apply(const store::AccountChange& change) {
  if (change.sid.empty()) {
    sessions_.end_subject(change.account, change.at);
  } else {
    // An outside issuer need not say whose login it was.
    const std::optional<UserId> user =
        change.account == UserId{} ? std::nullopt : std::optional(change.account);
    sessions_.end_login(change.sid, user, change.at);
  }
}

}  // namespace chatserver::app
