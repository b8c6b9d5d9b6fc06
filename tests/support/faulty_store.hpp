#pragma once

#include <atomic>

#include "store/store.hpp"
#include "support/bare_store.hpp"
#include "support/gate.hpp"

namespace chatserver::test {

// A store that can be told to fail and to block, in front of a real one; of accounts,
// grants and statistics it has none. What fails has not reached the real one. Threading: any.
class FaultyStore final : public BareStore {
 public:
  explicit FaultyStore(store::Store& real) : real_(real) {}

  // From now on append(), find_nonce() and changes throw Unavailable, or do no more.
  void set_failing(bool failing) { failing_ = failing; }
  // Every append() passes it first.
  Gate& append_gate() { return append_gate_; }

  void append(const store::Batch& batch) override {
    append_gate_.pass();
    writable().append(batch);
  }
  store::IdMarks id_marks() override { return real_.id_marks(); }
  store::Messages messages_between(CacheId after, CacheId up_to, std::size_t limit) override {
    return real_.messages_between(after, up_to, limit);
  }
  store::PrivateMessages private_messages_between(const UserId& user, CacheId after, CacheId up_to,
                                                  std::size_t limit) override {
    return real_.private_messages_between(user, after, up_to, limit);
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
  std::size_t forget_nonces(Timestamp before) override { return writable().forget_nonces(before); }
  std::vector<store::Tombstone> delete_messages(std::span<const CacheId> ids, Timestamp now) override {
    return writable().delete_messages(ids, now);
  }
  std::vector<store::Tombstone> tombstones(CacheId up_to, std::size_t limit) override {
    return real_.tombstones(up_to, limit);
  }

  std::vector<Channel> channels() override { return real_.channels(); }
  void record_seen(std::span<const store::SeenUser> users) override { writable().record_seen(users); }
  std::vector<User> users() override { return real_.users(); }
  std::vector<Ban> bans_in_force(Timestamp now) override { return real_.bans_in_force(now); }
  Ban add_ban(const Ban& ban) override { return writable().add_ban(ban); }
  bool pardon(BanId id) override { return writable().pardon(id); }
  std::string server_id() override { return real_.server_id(); }
  RateLimit rate_limit() override { return real_.rate_limit(); }
  void set_rate_limit(const RateLimit& limit) override { writable().set_rate_limit(limit); }

 private:
  store::Store& writable() {
    if (failing_) throw store::Unavailable("told to fail");
    return real_;
  }

  store::Store& real_;
  std::atomic<bool> failing_ = false;
  Gate append_gate_;
};

}  // namespace chatserver::test
