#include "auth/issuer/account_links.hpp"

#include "auth/issuer/secret.hpp"

namespace chatserver::auth {
namespace {

std::expected<store::Account, AccountError> result_of(store::LinkOutcome outcome, store::Account account) {
  switch (outcome) {
    case store::LinkOutcome::account_added:
      return account;
    case store::LinkOutcome::name_taken:
      return std::unexpected(AccountError::name_taken);
    case store::LinkOutcome::link_void:
      break;
  }
  return std::unexpected(AccountError::link_void);
}

}  // namespace

std::optional<std::string> AccountLinks::new_setup_link() {
  std::string secret = make_secret(random_);
  if (!grants_.set_setup_link(hash_of(secret), clock_.utc() + setup_link_life)) return std::nullopt;
  return secret;
}

bool AccountLinks::setup_link_valid(std::string_view secret) {
  return grants_.setup_link_valid(hash_of(secret), clock_.utc());
}

std::expected<store::Account, AccountError> AccountLinks::set_up(std::string_view secret,
                                                                 std::string_view name,
                                                                 std::string_view password) {
  // Before a stranger's hash is paid for.
  if (!setup_link_valid(secret)) return std::unexpected(AccountError::link_void);
  auto account = book_.prepare(name, password, AccountRole::admin);
  if (!account) return account;
  const auto outcome = grants_.use_setup_link(hash_of(secret), *account, clock_.utc());
  return result_of(outcome, *std::move(account));
}

std::string AccountLinks::new_invite(const InviteTerms& terms) {
  std::string secret = make_secret(random_);
  const Timestamp now = clock_.utc();
  grants_.add_invite({.code = hash_of(secret),
                      .made_by = std::nullopt,
                      .created_at = now,
                      .expires_at = now + terms.ttl,
                      .uses_left = terms.uses});
  return secret;
}

bool AccountLinks::invite_valid(std::string_view secret) {
  return grants_.find_invite(hash_of(secret), clock_.utc()).has_value();
}

std::expected<store::Account, AccountError> AccountLinks::accept_invite(std::string_view secret,
                                                                        std::string_view name,
                                                                        std::string_view password) {
  if (!invite_valid(secret)) return std::unexpected(AccountError::link_void);
  auto account = book_.prepare(name, password, AccountRole::user);
  if (!account) return account;
  const auto outcome = grants_.use_invite(hash_of(secret), *account, clock_.utc());
  return result_of(outcome, *std::move(account));
}

}  // namespace chatserver::auth
