#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "app/ended_logins.hpp"
#include "app/issuer_keys.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/mutex.hpp"
#include "chat/outside_logouts.hpp"
#include "store/grants.hpp"

namespace chatserver::app {

// Notices, within half a second, what has ended on other nodes or by commands beside the server, and
// what these do to the keys of the embedded issuer; says on what an outside issuer told this node; and
// now and then forgets what was granted and is over.
//
// Threading: has the only thread that does so; look_now() from any. Errors: logged
// when they begin and when they end; tried again.
// Lifetime: everything given by reference outlives it; the destructor ends the thread.
class IssuerWatch {
 public:
  struct Parts {
    EndedLogins& ended_logins;
    IssuerKeys* keys;               // none: with an outside issuer
    chat::OutsideLogouts* logouts;  // none: with the embedded one
    store::Grants& grants;
    const Clock& clock;
    Log& log;
  };

  explicit IssuerWatch(const Parts& parts);
  IssuerWatch(const IssuerWatch&) = delete;
  IssuerWatch& operator=(const IssuerWatch&) = delete;
  ~IssuerWatch();

  void look_now() CHAT_EXCLUDES(mutex_);

 private:
  void run() CHAT_EXCLUDES(mutex_);
  // False when it is over.
  [[nodiscard]] bool wait() CHAT_EXCLUDES(mutex_);
  void look();
  void look_at_keys();  // throws store::Unavailable: they may lie in the store too
  void forget_what_is_over();

  const Parts parts_;
  // The thread's own.
  std::string key_trouble_;
  bool store_trouble_ = false;
  Monotonic next_forgetting_{};

  Mutex mutex_;
  ConditionVariable woken_;
  bool stopping_ CHAT_GUARDED_BY(mutex_) = false;
  bool due_ CHAT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace chatserver::app
