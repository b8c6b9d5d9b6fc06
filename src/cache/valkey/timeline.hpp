#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "cache/message_cache.hpp"
#include "cache/private_horizon.hpp"
#include "cache/valkey/entry.hpp"
#include "store/store.hpp"

namespace chatserver::cache::valkey {

// What this node remembers of the log: everything that was delivered here and is not yet known to be in the
// database, and the newest messages. Reads come from here while the database is away, and it goes
// back into the log should Valkey lose it.
//
// Threading: one thread at a time. Errors: none.
// Limits: what waits for the database, which cache.backlog_max bounds; beyond that the newest `keep`
// messages.
class Timeline {
 public:
  explicit Timeline(std::size_t keep) : keep_(keep) {}

  // Begins where everything up to `flushed` is in the database: with what follows it. `horizon`: of the
  // private messages before that.
  void begin(EntryId flushed, EntryId last, const store::IdMarks& marks, PrivateHorizon horizon,
             std::vector<Entry> unflushed);

  // The next entries in their order, as they are to be delivered. A change is alone in its delivery.
  [[nodiscard]] std::vector<Delivery> take(std::vector<Entry> entries);

  // Everything up to there is in the database.
  void forget_until(EntryId flushed);

  [[nodiscard]] EntryId last() const { return last_; }
  [[nodiscard]] EntryId flushed() const { return flushed_; }
  // The highest ids reached.
  [[nodiscard]] const store::IdMarks& marks() const { return marks_; }
  void raise_marks(const store::IdMarks& marks);

  // What is not known to be in the database, oldest first.
  [[nodiscard]] std::vector<Entry> unflushed() const;
  // Its public messages alone, newest first: of those with a smaller id the newest `limit`.
  [[nodiscard]] std::vector<Message> unflushed_messages(CacheId before, std::size_t limit) const;

  // Of the messages in `after` < id <= `up_to` those that are here, oldest first; all of them
  // where `after` is not below this.
  [[nodiscard]] CacheId complete_after() const { return complete_after_; }
  [[nodiscard]] std::vector<Message> messages_between(CacheId after, CacheId up_to) const;
  [[nodiscard]] CacheId private_complete_after(const UserId& user) const {
    return horizon_.complete_after(user);
  }
  [[nodiscard]] std::vector<PrivateMessage> private_messages_between(CacheId after, CacheId up_to) const;

 private:
  void drop_front();
  void take_effect(const Change& change);
  template <class Gone>
  void remove_if(Gone gone);

  const std::size_t keep_;
  std::deque<Entry> entries_;
  std::size_t public_count_ = 0;  // of entries_
  EntryId last_;                  // delivered, and maybe deleted since
  EntryId flushed_;
  store::IdMarks marks_;
  CacheId complete_after_;  // above it, entries_ has every public message
  PrivateHorizon horizon_;
};

}  // namespace chatserver::cache::valkey
