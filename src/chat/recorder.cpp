#include "chat/recorder.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

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

void Recorder::began(SessionStart session) {
  {
    const MutexLock lock(mutex_);
    ++open_;
    begun_.push_back(std::move(session));
    drop_oldest(begun_);
  }
  write_soon();
}

void Recorder::ended(SessionRecord session) {
  {
    const MutexLock lock(mutex_);
    check(open_ > 0, "a session that ends has begun");
    --open_;
    ended_.push_back(std::move(session));
    drop_oldest(ended_);
  }
  write_soon();
}

void Recorder::tick(Monotonic now, Timestamp utc) {
  {
    const MutexLock lock(mutex_);
    if (open_ == 0 || now < next_sign_of_life_) return;
    next_sign_of_life_ = now + sign_of_life_every;
    alive_ = utc;
  }
  write_soon();
}

void Recorder::write_soon() {
  {
    const MutexLock lock(mutex_);
    more_came_ = true;
    if (std::exchange(scheduled_, true)) return;
  }
  if (pool_.run([this] { write(); })) return;
  const MutexLock lock(mutex_);
  scheduled_ = false;  // the next record tries again
}

void Recorder::write() {
  for (;;) {
    {
      const MutexLock lock(mutex_);
      scheduled_ = std::exchange(more_came_, false);
      if (!scheduled_) return;
    }
    flush();
  }
}

bool Recorder::flush() {
  const MutexLock writing(writing_);
  std::vector<store::SeenUser> users;
  std::vector<SessionStart> begun;
  std::vector<SessionRecord> ended;
  std::optional<Timestamp> alive;
  {
    const MutexLock lock(mutex_);
    users.swap(users_);
    begun.swap(begun_);
    ended.swap(ended_);
    alive.swap(alive_);
  }
  try {
    if (!users.empty()) store_.record_seen(users);
    users.clear();
    if (!begun.empty()) store_.begin_sessions(begun);
    begun.clear();
    if (!ended.empty()) store_.record_sessions(ended);
    ended.clear();
    if (alive) store_.record_alive(*alive);
    return true;
  } catch (const store::Unavailable& error) {
    // An old sign of life is worth nothing: the next one says more.
    log_.warning("activity not recorded", {{"reason", error.what()}});
    const MutexLock lock(mutex_);
    put_back(users_, users);
    put_back(begun_, begun);
    put_back(ended_, ended);
    return false;
  }
}

}  // namespace chatserver::chat
