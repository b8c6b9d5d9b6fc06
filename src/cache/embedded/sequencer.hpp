#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "cache/embedded/draft.hpp"
#include "cache/message_cache.hpp"
#include "cache/rate_window.hpp"
#include "model/bans_in_force.hpp"
#include "store/store.hpp"

namespace chatserver::cache {

// Decides over submissions in their order and makes what it accepts durable.
// The one place where nonces, bans, channels and the rate limit are checked, so
// that one order holds for all of them.
//
// Threading: one thread; all but the observers block on the store.
// Errors: the constructor throws store::Unavailable, nothing else does.
class Sequencer {
 public:
  // Reads where the store stands: marks, channels, bans, limit.
  Sequencer(store::Store& store, Clock& clock, Log& log);

  // The outcome of each submission, durable. None when the store failed, and then
  // nothing has happened: no id is used up, no message counts against the rate
  // limit, every nonce is free again.
  [[nodiscard]] std::optional<Delivery> append(std::span<const Submission> submissions);

  // Makes a change durable and returns it as it is to be delivered: not at all when its id is 0.
  [[nodiscard]] std::expected<store::CommittedChange, ChangeError> apply(Change change);

  // Changes that took place although apply() had to say that the store failed, to be
  // delivered before anything else. While that cannot be learned nothing is accepted.
  [[nodiscard]] std::vector<Change> catch_up();

  // What can wait until there is nothing else to do: forgets applied changes and, about
  // hourly, nonces that protect no longer; removes a portion of what was purged. True: there is more.
  [[nodiscard]] bool tidy_up();

  // After a failure: asks the store for a write that nobody needs, and so whether it takes any.
  void try_store();

  [[nodiscard]] const store::IdMarks& marks() const { return marks_; }
  [[nodiscard]] const RateLimit& rate_limit() const { return rate_window_.limit(); }
  // Whether the store took what it was last given.
  [[nodiscard]] bool available() const { return available_; }

 private:
  struct Instant {
    Monotonic monotonic;
    Timestamp utc;
  };

  [[nodiscard]] Instant now() const;
  void decide(const Submission& submission, const Instant& at, Draft& draft);
  void accept(const Submission& submission, const Instant& at, Draft& draft) const;
  [[nodiscard]] bool may_go_to(const Submission& submission) const;

  void take_effect(const store::CommittedChange& committed);
  void take_effect(const UserBanned& change) { bans_.add(change.ban); }
  void take_effect(const BanPardoned& change) { bans_.remove(change.id); }
  void take_effect(const MessagesDeleted& /*change*/) {}
  void take_effect(const RateLimitChanged& change) { rate_window_.set_limit(change.limit); }
  void take_effect(const ChannelsChanged& change);

  void forget_applied_changes();
  void forget_old_nonces();

  void store_took_it();
  void store_failed(const store::Unavailable& failure);

  store::Store& store_;
  Clock& clock_;
  Log& log_;

  store::IdMarks marks_;  // the highest ids given out
  std::unordered_map<ChannelId, std::string> channel_names_;
  BansInForce bans_;
  RateWindow rate_window_;
  Timestamp last_authored_at_;
  Monotonic nonces_forgotten_at_;
  store::ChangeId applied_{};    // the last change that is in effect
  store::ChangeId forgotten_{};  // up to here the store keeps no row of changes
  bool in_doubt_ = false;        // the last change may have taken place
  bool purging_ = true;          // messages of purged channels may be left
  bool available_ = true;
};

}  // namespace chatserver::cache
