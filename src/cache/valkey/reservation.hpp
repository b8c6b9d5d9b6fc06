#pragma once

#include <cstddef>

#include "base/mutex.hpp"
#include "store/store.hpp"

namespace chatserver::cache::valkey {

// Raises the durable mark of ids well before they are given out, so that after a loss of Valkey's
// data ids go on above everything that anybody can have seen. As far ahead as messages may wait
// for the database: while that is away, ids do not run out before the backlog is full.
//
// Threading: any. Errors: throws store::Unavailable.
class Reservation {
 public:
  Reservation(store::Store& store, std::size_t backlog_max);

  // Sees to it that ids far enough above `reached` are reserved.
  void keep_ahead_of(const store::IdMarks& reached) CHAT_EXCLUDES(mutex_);
  // The same, by a write in any case: tells whether the database takes one.
  void write_ahead_of(const store::IdMarks& reached) CHAT_EXCLUDES(mutex_);

  // Ids up to these may be given out.
  [[nodiscard]] store::IdMarks ceiling() const CHAT_EXCLUDES(mutex_);

 private:
  void raise_to(const store::IdMarks& ceiling) CHAT_EXCLUDES(mutex_);

  store::Store& store_;
  const std::int64_t ahead_;

  mutable Mutex mutex_;
  store::IdMarks ceiling_ CHAT_GUARDED_BY(mutex_);
};

}  // namespace chatserver::cache::valkey
