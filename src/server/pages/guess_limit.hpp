#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "server/address.hpp"
#include "server/pages/bounded_map.hpp"

namespace chatserver::server {

// Who tries a password.
struct Guesser {
  std::string username;  // as it is stored; empty when what was typed cannot be one
  Address address;
  // Of a browser that has signed in to this account before (DeviceCookies); empty: none known.
  std::string device{};
};

// How waits grow: `free` failures cost nothing, each further one doubles the wait.
struct GuessPolicy {
  unsigned free = 0;
  std::chrono::seconds first{1};
  std::chrono::seconds longest{900};
};

// Slows guessing down, without giving a stranger the means to lock anybody out:
// nobody is refused for what happens to their *account*. Failures count for the
// pair of account and address, and for the address whatever the account. A browser
// that has signed in to the account before is counted by itself, and so is let in
// even from an address that a guesser has used up.
//
// An attempt counts as failed from the moment it is admitted, so that many at once gain nothing.
//
// Threading: any. Limits: `entries_max` of each kind; the one used longest ago is
// forgotten first. All of it is forgotten when the program ends.
class GuessLimit {
 public:
  static constexpr std::size_t entries_max = 16'384;
  static constexpr std::chrono::hours forgotten_after{2};
  static constexpr GuessPolicy per_account_and_address{.free = 5};
  static constexpr GuessPolicy per_address{.free = 30, .longest = std::chrono::seconds{300}};

  // None: it may be tried, and counts as failed until succeeded() says otherwise.
  // Else how long to wait; that costs nothing.
  [[nodiscard]] std::optional<std::chrono::seconds> admit(const Guesser& guesser, Monotonic now)
      CHAT_EXCLUDES(mutex_);

  // The attempt was no guess: the pair begins anew, the address is given back this
  // one (not all: an account of one's own must not clear the way to others).
  void succeeded(const Guesser& guesser) CHAT_EXCLUDES(mutex_);

  // The attempt was never made: nothing is left of it.
  void withdraw(const Guesser& guesser) CHAT_EXCLUDES(mutex_);

 private:
  struct Failures {
    unsigned count = 0;
    Monotonic last{};
  };
  using Table = BoundedMap<Failures>;

  [[nodiscard]] static std::chrono::seconds left(Table& table, std::string_view key,
                                                 const GuessPolicy& policy, Monotonic now);
  static void count(Table& table, std::string_view key, Monotonic now);
  static void take_back(Table& table, std::string_view key);

  Mutex mutex_;
  Table pairs_ CHAT_GUARDED_BY(mutex_){entries_max};
  Table addresses_ CHAT_GUARDED_BY(mutex_){entries_max};
};

}  // namespace chatserver::server
