#pragma once

#include "base/mutex.hpp"
#include "cache/valkey/connection.hpp"
#include "cache/valkey/shared.hpp"
#include "store/store.hpp"

namespace chatserver::cache::valkey {

// Asks Valkey for the highest ids so far, which other nodes may have shown before they come here.
//
// Threading: any; one question at a time. Errors: ask() throws store::Unavailable, at once where the log is
// known to be away, so that nobody waits in turn for the time-out.
class GivenOut {
 public:
  explicit GivenOut(Shared& shared) : shared_(shared), connection_(shared.connection("ask")) {}

  [[nodiscard]] store::IdMarks ask() CHAT_EXCLUDES(mutex_);

  // No question waits any longer.
  void stop() { connection_.interrupt(); }

 private:
  Shared& shared_;
  Mutex mutex_;
  Connection connection_;  // guarded by mutex_, but for stop()
};

}  // namespace chatserver::cache::valkey
