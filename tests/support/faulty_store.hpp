#pragma once

#include <atomic>
#include <utility>

#include "store/log_records.hpp"
#include "store/store.hpp"
#include "support/bare_store.hpp"
#include "support/gate.hpp"

namespace chatserver::test {

// A store that can be told to fail and to block, in front of a real one; of accounts,
// grants and statistics it has none. What fails has not reached the real one. Threading: any.
class FaultyStore : public BareStore, public store::LogRecords {
 public:
  explicit FaultyStore(store::Store& real) : real_(real) {}

  // From now on append(), find_nonce(s) and changes throw Unavailable, or do no more.
  void set_failing(bool failing) { failing_ = failing; }
  // From now on private messages cannot be read either, or they can.
  void set_unreadable(bool unreadable) { unreadable_ = unreadable; }
  // The next commit() throws Unavailable although it takes place.
  void lose_next_answer() { lose_next_answer_ = true; }
  // Every append() passes it first.
  Gate& append_gate() { return append_gate_; }

  void append(const store::Batch& batch) override {
    append_gate_.pass();
    writable().append(batch);
  }
  store::IdMarks id_marks() override { return real_.id_marks(); }
  void reserve_ids(const store::IdMarks& up_to) override { writable().reserve_ids(up_to); }
  store::Messages messages_between(CacheId after, CacheId up_to, std::size_t limit) override {
    return real_.messages_between(after, up_to, limit);
  }
  store::PrivateMessages private_messages_between(const UserId& user, CacheId after, CacheId up_to,
                                                  std::size_t limit) override {
    return readable().private_messages_between(user, after, up_to, limit);
  }
  std::vector<store::NewestPrivateMessage> newest_private_messages(CacheId up_to) override {
    return readable().newest_private_messages(up_to);
  }
  store::MessagePage history(ChannelId channel, std::optional<CacheId> before, std::size_t limit) override {
    return real_.history(channel, before, limit);
  }
  store::PrivateMessagePage private_history(const UserId& user, const std::optional<UserId>& with,
                                            std::optional<CacheId> before, std::size_t limit) override {
    return real_.private_history(user, with, before, limit);
  }
  std::optional<store::NonceUse> find_nonce(const UserId& user, std::string_view nonce,
                                            Timestamp not_before) override {
    return writable().find_nonce(user, nonce, not_before);
  }
  std::vector<std::optional<store::NonceUse>> find_nonces(std::span<const store::UserNonce> nonces,
                                                          Timestamp not_before) override {
    return writable().find_nonces(nonces, not_before);
  }
  std::size_t forget_nonces(Timestamp before) override { return writable().forget_nonces(before); }
  std::vector<store::Tombstone> tombstones(CacheId up_to, std::size_t limit) override {
    return real_.tombstones(up_to, limit);
  }

  std::vector<Channel> channels() override { return real_.channels(); }
  void record_seen(std::span<const store::SeenUser> users) override { writable().record_seen(users); }
  void record_alive(Timestamp now) override { writable().record_alive(now); }
  std::vector<User> users() override { return real_.users(); }
  std::vector<Ban> bans_in_force(Timestamp now) override { return real_.bans_in_force(now); }
  std::string server_id() override { return real_.server_id(); }
  std::string claim_users(const std::string& issuer, const std::string& former) override {
    return writable().claim_users(issuer, former);
  }
  store::LogRecord log_record() override { return records(real_).log_record(); }
  void record_log(const store::LogRecord& record) override { records(writable()).record_log(record); }
  RateLimit rate_limit() override { return real_.rate_limit(); }

  std::expected<store::CommittedChange, store::ChangeRefusal> commit(store::Change change,
                                                                     Timestamp now) override {
    auto committed = writable().commit(std::move(change), now);
    if (lose_next_answer_.exchange(false)) throw store::Unavailable("told to lose the answer");
    return committed;
  }
  std::vector<store::CommittedChange> unapplied_changes(std::size_t limit) override {
    return writable().unapplied_changes(limit);
  }
  void changes_applied(store::ChangeId up_to) override { writable().changes_applied(up_to); }
  std::size_t remove_purged(std::size_t limit, Timestamp now) override {
    return writable().remove_purged(limit, now);
  }

 private:
  store::Store& writable() {
    if (failing_) throw store::Unavailable("told to fail");
    return real_;
  }

  store::Store& readable() {
    if (unreadable_) throw store::Unavailable("told to be unreadable");
    return real_;
  }
  static store::LogRecords& records(store::Store& store) { return dynamic_cast<store::LogRecords&>(store); }

  store::Store& real_;
  std::atomic<bool> unreadable_ = false;
  std::atomic<bool> failing_ = false;
  std::atomic<bool> lose_next_answer_ = false;
  Gate append_gate_;
};

}  // namespace chatserver::test
