#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "auth/fetch.hpp"
#include "auth/key_ring.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace chatserver::auth {

// Callbacks that may wait for a fetch; further ones are answered at once.
inline constexpr std::size_t refresh_requests_max = 4096;

struct KeySource {
  std::string issuer;      // its discovery document must name it to the letter
  std::string jwks_url{};  // empty: from the discovery document
  std::chrono::milliseconds refresh{600'000};
  Fetch fetch;
};

// Keeps a KeyRing filled from a remote issuer: at the start, every `refresh`,
// and on request; after a failure again in 1 s, doubling to 30 s, with jitter.
// What the ring holds meanwhile stays until it is too old.
//
// Threading: any; has one thread of its own, on which `done` callbacks run.
// Lifetime: the destructor aborts a transfer in flight and ends the thread;
// callbacks that still wait are called then. Limits: refresh_requests_max. `ring`, `clock`, `random` and
// `log` must outlive it.
class KeyRefresher {
 public:
  KeyRefresher(KeySource source, KeyRing& ring, const Clock& clock, Random& random, Log& log);
  ~KeyRefresher();
  KeyRefresher(const KeyRefresher&) = delete;
  KeyRefresher& operator=(const KeyRefresher&) = delete;

  // For a token with an unknown `kid`: fetches at once, but at most once in
  // unknown_key_refresh_interval. `done` is called once, on the refresher's
  // thread, when that fetch has ended, well or not. When none is due, `done`
  // joins the fetch in flight; without one it runs before this returns, on the
  // caller's thread.
  void request_refresh(std::move_only_function<void()> done);

  // Why the last fetch failed; empty when it did not. For /readyz and the log.
  [[nodiscard]] std::string last_error() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace chatserver::auth
