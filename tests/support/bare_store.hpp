#pragma once

#include <stdexcept>

#include "store/store.hpp"

namespace chatserver::test {

// A store without anything: every call is an error. A test overrides the few
// that what it tests may make.
class BareStore : public store::Store {
 public:
  void append(const store::Batch&) override { unexpected(); }
  store::IdMarks id_marks() override { unexpected(); }
  void reserve_ids(const store::IdMarks&) override { unexpected(); }
  store::Messages messages_between(CacheId, CacheId, std::size_t) override { unexpected(); }
  store::PrivateMessages private_messages_between(const UserId&, CacheId, CacheId, std::size_t) override {
    unexpected();
  }
  std::vector<store::NewestPrivateMessage> newest_private_messages(CacheId) override { unexpected(); }
  store::MessagePage history(ChannelId, std::optional<CacheId>, std::size_t) override { unexpected(); }
  store::PrivateMessagePage private_history(const UserId&, const std::optional<UserId>&,
                                            std::optional<CacheId>, std::size_t) override {
    unexpected();
  }
  std::optional<store::NonceUse> find_nonce(const UserId&, std::string_view, Timestamp) override {
    unexpected();
  }
  std::size_t forget_nonces(Timestamp) override { unexpected(); }
  std::vector<store::Tombstone> tombstones(CacheId, std::size_t) override { unexpected(); }
  std::string server_id() override { unexpected(); }
  std::string claim_users(const std::string&, const std::string&) override { unexpected(); }
  std::vector<Channel> channels() override { unexpected(); }
  void record_seen(std::span<const store::SeenUser>) override { unexpected(); }
  std::vector<User> users() override { unexpected(); }
  std::vector<Ban> bans_in_force(Timestamp) override { unexpected(); }
  RateLimit rate_limit() override { unexpected(); }

  void begin_sessions(std::span<const SessionStart>) override { unexpected(); }
  void record_sessions(std::span<const SessionRecord>) override { unexpected(); }
  std::vector<SessionRecord> sessions(const UserId&) override { unexpected(); }
  void record_alive(Timestamp) override { unexpected(); }
  std::size_t end_abandoned_sessions() override { unexpected(); }
  std::vector<SessionDay> session_days(const std::optional<UserId>&, std::chrono::sys_days) override {
    unexpected();
  }
  std::vector<ChannelCount> message_counts() override { unexpected(); }
  std::vector<User> find_users(std::string_view, store::NameMatch, std::size_t) override { unexpected(); }
  store::BanPage ban_records(std::size_t, std::size_t) override { unexpected(); }

  std::expected<store::CommittedChange, store::ChangeRefusal> commit(store::Change, Timestamp) override {
    unexpected();
  }
  std::vector<store::CommittedChange> unapplied_changes(std::size_t) override { unexpected(); }
  void changes_applied(store::ChangeId) override { unexpected(); }
  std::size_t remove_purged(std::size_t, Timestamp) override { unexpected(); }

  bool add_account(const store::Account&) override { unexpected(); }
  std::optional<store::Account> find_account(std::string_view) override { unexpected(); }
  std::optional<store::Account> find_account_by_id(const UserId&) override { unexpected(); }
  std::vector<store::Account> accounts() override { unexpected(); }
  bool set_password(const UserId&, std::string_view, Timestamp) override { unexpected(); }
  bool set_admin(const UserId&, bool, Timestamp) override { unexpected(); }
  bool set_disabled(const UserId&, bool, Timestamp) override { unexpected(); }

  bool add_session(const store::BrowserSession&) override { unexpected(); }
  std::optional<store::BrowserSession> find_session(const store::SecretHash&, Timestamp) override {
    unexpected();
  }
  void touch_session(const store::SecretHash&, Timestamp, Timestamp) override { unexpected(); }
  void end_login(std::string_view, const UserId&, Timestamp) override { unexpected(); }
  void end_logins(const UserId&, Timestamp) override { unexpected(); }
  bool add_code(const store::AuthorizationCode&) override { unexpected(); }
  std::optional<store::TakenCode> take_code(const store::SecretHash&, Timestamp) override { unexpected(); }
  bool start_family(const store::RefreshFamily&, const store::SecretHash&,
                    const store::SecretHash&) override {
    unexpected();
  }
  std::optional<store::RefreshFamily> find_family(const store::SecretHash&, Timestamp) override {
    unexpected();
  }
  std::expected<store::RefreshFamily, store::RotationError> rotate(const store::Rotation&) override {
    unexpected();
  }
  void revoke_family(const store::SecretHash&) override { unexpected(); }
  bool set_setup_link(const store::SecretHash&, Timestamp) override { unexpected(); }
  bool setup_link_valid(const store::SecretHash&, Timestamp) override { unexpected(); }
  store::LinkOutcome use_setup_link(const store::SecretHash&, const store::Account&, Timestamp) override {
    unexpected();
  }
  void add_invite(const store::Invite&) override { unexpected(); }
  std::optional<store::Invite> find_invite(const store::SecretHash&, Timestamp) override { unexpected(); }
  store::LinkOutcome use_invite(const store::SecretHash&, const store::Account&, Timestamp) override {
    unexpected();
  }
  std::vector<store::AccountChange> account_changes_after(std::int64_t, std::size_t) override {
    unexpected();
  }
  store::MessagePage search_messages(const store::MessageQuery&) override { unexpected(); }
  store::IndexProgress index_messages(std::size_t) override { unexpected(); }
  std::size_t forget_expired_grants(Timestamp, std::size_t) override { unexpected(); }

 private:
  [[noreturn]] static void unexpected() {
    throw std::logic_error("a call to the store that nobody expected");
  }
};

}  // namespace chatserver::test
