#include "chat/outside_logouts.hpp"

#include <utility>

namespace chatserver::chat {

void OutsideLogouts::end_subject(const UserId& subject, Timestamp until) {
  sessions_.end_subject(subject, until);
  put_off({.session_id = {}, .user = subject, .at = until});
}

void OutsideLogouts::end_login(std::string_view session_id, const std::optional<UserId>& user,
                               Timestamp now) {
  sessions_.end_login(session_id, user, now);
  put_off({.session_id = std::string(session_id), .user = user, .at = now});
}

void OutsideLogouts::put_off(Logout logout) {
  const MutexLock lock(mutex_);
  if (waiting_.size() == waiting_max) waiting_.pop_front();
  waiting_.push_back(std::move(logout));
}

// Written twice, should it be called twice at once or an answer be lost: the same ended twice ended once.
void OutsideLogouts::write() {
  std::deque<Logout> waiting;
  {
    const MutexLock lock(mutex_);
    waiting.swap(waiting_);
  }
  try {
    for (; !waiting.empty(); waiting.pop_front()) {
      const Logout& logout = waiting.front();
      if (logout.session_id.empty()) {
        grants_.end_logins(*logout.user, logout.at);
      } else {
        grants_.end_login(logout.session_id, logout.user.value_or(UserId{}), logout.at);
      }
    }
  } catch (const store::Unavailable&) {
    const MutexLock lock(mutex_);
    waiting_.insert(waiting_.begin(), std::make_move_iterator(waiting.begin()),
                    std::make_move_iterator(waiting.end()));
    while (waiting_.size() > waiting_max) waiting_.pop_front();
    throw;
  }
}

}  // namespace chatserver::chat
