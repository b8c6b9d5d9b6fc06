#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "cache/bans_in_force.hpp"
#include "cache/embedded/draft.hpp"
#include "cache/message_cache.hpp"
#include "cache/rate_window.hpp"
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

  // Makes a change durable and returns it as it is to be delivered.
  [[nodiscard]] std::expected<Change, ChangeError> apply(Change change);

  // Has the store forget the nonces that protect no longer: about hourly, else nothing.
  void forget_old_nonces();

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

  [[nodiscard]] std::expected<Change, ChangeError> perform(UserBanned change);
  [[nodiscard]] std::expected<Change, ChangeError> perform(BanPardoned change);
  [[nodiscard]] std::expected<Change, ChangeError> perform(MessagesDeleted change);
  [[nodiscard]] std::expected<Change, ChangeError> perform(RateLimitChanged change);

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
  bool available_ = true;
};

}  // namespace chatserver::cache
