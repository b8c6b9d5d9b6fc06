#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "auth/fetch.hpp"
#include "auth/key_ring.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"

namespace chatserver::auth {

struct KeySource {
  std::string issuer;    // its discovery document must name it to the letter
  std::string jwks_url;  // empty: from the discovery document
  std::chrono::milliseconds refresh{600'000};
};

// Keeps a KeyRing filled from a remote issuer: at the start, every `refresh`,
// and on request; after a failure again in 1 s, doubling to 30 s, with jitter.
// What the ring holds meanwhile stays until it is too old.
//
// Threading: any; has one thread of its own, on which `done` callbacks run.
// Lifetime: the destructor aborts a transfer in flight and ends the thread;
// callbacks that still wait are called then. `ring`, `clock` and `random` must outlive it.
class KeyRefresher {
 public:
  KeyRefresher(KeySource source, Fetch fetch, KeyRing& ring, const Clock& clock, Random& random);
  ~KeyRefresher();
  KeyRefresher(const KeyRefresher&) = delete;
  KeyRefresher& operator=(const KeyRefresher&) = delete;

  // For a token with an unknown `kid`: fetches at once, but at most once in
  // unknown_key_refresh_interval. `done` is called, once, when a fetch that
  // began after this call has ended, well or not; or before this returns, on
  // the caller's thread, when another fetch is not due yet.
  void request_refresh(std::move_only_function<void()> done);

  // Why the last fetch failed; empty when it did not. For /readyz and the log.
  [[nodiscard]] std::string last_error() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace chatserver::auth
