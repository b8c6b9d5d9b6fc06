#include "chat/recorder.hpp"

#include <algorithm>
#include <utility>

namespace chatserver::chat {
namespace {

template <class T>
void drop_oldest(std::vector<T>& records) {
  if (records.size() <= Recorder::waiting_max) return;
  records.erase(records.begin(), records.end() - static_cast<std::ptrdiff_t>(Recorder::waiting_max));
}

// Puts a batch that could not be written back in front of what came meanwhile.
template <class T>
void put_back(std::vector<T>& records, std::vector<T>& batch) {
  records.insert(records.begin(), std::make_move_iterator(batch.begin()),
                 std::make_move_iterator(batch.end()));
  drop_oldest(records);
}

}  // namespace

void Recorder::seen(store::SeenUser user) {
  {
    const MutexLock lock(mutex_);
    users_.push_back(std::move(user));
    drop_oldest(users_);
  }
  write_soon();
}

void Recorder::ended(SessionRecord session) {
  {
    const MutexLock lock(mutex_);
    sessions_.push_back(std::move(session));
    drop_oldest(sessions_);
  }
  write_soon();
}

void Recorder::write_soon() {
  {
    const MutexLock lock(mutex_);
    if (std::exchange(scheduled_, true)) return;
  }
  if (pool_.run([this] { flush(); })) return;
  const MutexLock lock(mutex_);
  scheduled_ = false;  // the next record tries again
}

bool Recorder::flush() {
  const MutexLock writing(writing_);
  std::vector<store::SeenUser> users;
  std::vector<SessionRecord> sessions;
  {
    const MutexLock lock(mutex_);
    scheduled_ = false;
    users.swap(users_);
    sessions.swap(sessions_);
  }
  try {
    if (!users.empty()) store_.record_seen(users);
    users.clear();
    if (!sessions.empty()) store_.record_sessions(sessions);
    return true;
  } catch (const store::Unavailable& error) {
    log_.warning("activity not recorded", {{"reason", error.what()}});
    const MutexLock lock(mutex_);
    put_back(users_, users);
    put_back(sessions_, sessions);
    return false;
  }
}

}  // namespace chatserver::chat
