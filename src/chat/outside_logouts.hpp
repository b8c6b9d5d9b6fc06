#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "chat/session_ender.hpp"
#include "model/ids.hpp"
#include "store/grants.hpp"

namespace chatserver::chat {

// What an outside issuer says has ended: here at once, and by rows in the store on every other
// node, and after a restart.
//
// Threading: any; write() blocks on the store. Limits: `waiting_max` wait for the store; the oldest
// are dropped beyond, and have ended on this node alone.
class OutsideLogouts {
 public:
  static constexpr std::size_t waiting_max = 10'000;

  OutsideLogouts(SessionEnder& sessions, store::Grants& grants) : sessions_(sessions), grants_(grants) {}

  // Everything that the subject got until then. Never blocks.
  void end_subject(const UserId& subject, Timestamp until) CHAT_EXCLUDES(mutex_);
  // What came of one login, whose user may be known. Never blocks.
  void end_login(std::string_view session_id, const std::optional<UserId>& user, Timestamp now)
      CHAT_EXCLUDES(mutex_);

  // Writes down what waits. Throws store::Unavailable; the next call goes on where this one stopped.
  void write() CHAT_EXCLUDES(mutex_);

 private:
  struct Logout {
    std::string session_id;  // empty: every login
    std::optional<UserId> user;
    Timestamp at;
  };
  void put_off(Logout logout) CHAT_EXCLUDES(mutex_);

  SessionEnder& sessions_;
  store::Grants& grants_;
  Mutex mutex_;
  std::deque<Logout> waiting_ CHAT_GUARDED_BY(mutex_);
};

}  // namespace chatserver::chat
