#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "model/ids.hpp"
#include "model/rate_limit.hpp"

namespace chatserver::cache {

// Who has sent how much lately: a sliding window, exact, by the times of the
// messages in it. A message counts from the instant it was admitted until one
// window later, then no more.
//
// Threading: one thread. Errors: none.
// Limits: remembers the admissions of one window; a user without any is
// forgotten, a few with each call.
class RateWindow {
 public:
  explicit RateWindow(RateLimit limit) : limit_(limit) {}

  // Counts at once, for what is remembered too.
  void set_limit(RateLimit limit) { limit_ = limit; }
  [[nodiscard]] const RateLimit& limit() const { return limit_; }

  // None: admitted, and counted. Else how long until one more would be admitted,
  // rounded up to at least 1 ms; a refused attempt costs nothing. `now` never runs backwards.
  [[nodiscard]] std::optional<std::chrono::milliseconds> admit(const UserId& user, Monotonic now);

  // Takes back the latest admission of `user`: nothing came of it.
  void give_back(const UserId& user);

  [[nodiscard]] std::size_t users() const { return by_id_.size(); }

 private:
  struct Sender {
    UserId id;
    std::vector<Monotonic> admitted;  // ascending; those before `first` are out of the window
    std::size_t first = 0;

    [[nodiscard]] std::size_t count() const { return admitted.size() - first; }
    void forget_until(Monotonic time);
  };
  using Senders = std::list<Sender>;

  Sender& sender(const UserId& user);
  void forget_idle(Monotonic now);

  RateLimit limit_;
  Senders senders_;                                                // the one admitted longest ago first
  std::unordered_map<std::string_view, Senders::iterator> by_id_;  // keys live in senders_
};

}  // namespace chatserver::cache
