#include "cache/valkey/reservation.hpp"

#include <algorithm>

namespace chatserver::cache::valkey {
namespace {

// Enough for a second of the most that a node takes in.
constexpr std::int64_t ahead_min = 100'000;

CacheId plus(CacheId id, std::int64_t more) {
  return CacheId(id.value() + more);
}

}  // namespace

Reservation::Reservation(store::Store& store, std::size_t backlog_max)
    : store_(store), ahead_(std::max(ahead_min, static_cast<std::int64_t>(backlog_max))) {}

void Reservation::keep_ahead_of(const store::IdMarks& reached) {
  const store::IdMarks now = ceiling();
  if (now.messages >= plus(reached.messages, ahead_) &&
      now.private_messages >= plus(reached.private_messages, ahead_)) {
    return;
  }
  raise_to({.messages = plus(reached.messages, 2 * ahead_),
            .private_messages = plus(reached.private_messages, 2 * ahead_)});
}

void Reservation::write_ahead_of(const store::IdMarks& reached) {
  const store::IdMarks now = ceiling();
  raise_to({.messages = plus(std::max(now.messages, reached.messages), 1),
            .private_messages = std::max(now.private_messages, reached.private_messages)});
}

void Reservation::raise_to(const store::IdMarks& ceiling) {
  store_.reserve_ids(ceiling);
  const MutexLock lock(mutex_);
  ceiling_ = {.messages = std::max(ceiling_.messages, ceiling.messages),
              .private_messages = std::max(ceiling_.private_messages, ceiling.private_messages)};
}

store::IdMarks Reservation::ceiling() const {
  const MutexLock lock(mutex_);
  return ceiling_;
}

}  // namespace chatserver::cache::valkey
