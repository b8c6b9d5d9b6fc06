#pragma once

#include <expected>
#include <vector>

#include "base/mutex.hpp"
#include "cache/message_cache.hpp"
#include "cache/valkey/connection.hpp"
#include "cache/valkey/shared.hpp"

namespace chatserver::cache::valkey {

// Makes changes: each is committed to the database, with a row in its outbox, and brought into the log from
// there, where it takes its place in the one order of things and has its effect in Valkey at that very
// instant. Any node brings what is in the outbox, whoever committed it, until it is there.
//
// Threading: any; one change at a time. Errors: make() none, publish() throws Lost, store::Unavailable.
class Changes {
 public:
  explicit Changes(Shared& shared) : shared_(shared), connection_(shared.connection("change")) {}

  // Blocks until the change was delivered here. When Valkey goes away in between, returns all the same:
  // it is committed, and in force as soon as Valkey is back.
  [[nodiscard]] std::expected<Change, ChangeError> make(Change asked) CHAT_EXCLUDES(mutex_);

  // Brings what waits in the outbox.
  void publish() CHAT_EXCLUDES(mutex_);

  // No call waits any longer.
  void stop() { connection_.interrupt(); }

 private:
  [[nodiscard]] std::expected<store::CommittedChange, ChangeError> commit(Change asked) CHAT_REQUIRES(mutex_);
  [[nodiscard]] std::vector<store::Tombstone> on_their_way(const std::vector<CacheId>& ids)
      CHAT_REQUIRES(mutex_);
  void name_on_their_way(ChannelsChanged& asked);
  EntryId publish_all() CHAT_REQUIRES(mutex_);

  Shared& shared_;
  Mutex mutex_;
  Connection connection_;  // guarded by mutex_, but for stop()
};

}  // namespace chatserver::cache::valkey
