#pragma once

#include <functional>
#include <vector>

#include "base/stop_signal.hpp"
#include "cache/private_horizon.hpp"
#include "cache/valkey/backoff.hpp"
#include "cache/valkey/connection.hpp"
#include "cache/valkey/log_state.hpp"
#include "cache/valkey/restorer.hpp"
#include "cache/valkey/shared.hpp"

namespace chatserver::cache::valkey {

// Follows the log and delivers what is in it, in its order: on every node the same. Notices
// when Valkey has lost data, and when this node has missed what is no longer in the log.
//
// Threading: run() has a thread of its own; start() before it; stop(): any.
// Errors: start() throws Lost, store::Unavailable and Garbled; run() gets over all of them.
class Reader {
 public:
  // `every_look`: done at least every second while the log can be read; must neither block nor throw.
  Reader(Shared& shared, Outlet& outlet, std::function<void()> every_look);

  // Up to where messages are history; run() delivers what follows.
  [[nodiscard]] store::IdMarks start();
  void run();
  // Makes run() return soon.
  void stop();
  // After that: tells the database where the log was left. Blocks.
  void leave();

  [[nodiscard]] RateLimit rate_limit() const CHAT_EXCLUDES(observed_);

 private:
  struct Look {
    std::vector<Entry> entries;
    EntryId reached;  // the last one read, whether it made sense or not
    LogState state;
  };

  // Where to begin: what is in the log and not in the database, which has all that comes before.
  struct Beginning {
    EntryId flushed;
    PrivateHorizon horizon;  // of what is in the database
    std::vector<Entry> unflushed;
  };

  [[nodiscard]] LogState first_look();
  // The log to begin with: whole, as far as anybody can know, or else restored.
  [[nodiscard]] LogState whole_log();
  [[nodiscard]] LogState state_of_log();
  // Finds the log usable, or makes it so; then we stand under its generation.
  void attach();
  [[nodiscard]] Beginning beginning(const LogState& state);
  void begin_at(const LogState& state, Beginning beginning);
  void follow();
  [[nodiscard]] Look look();
  void deliver(std::vector<Entry> entries);
  void observe(const RateLimit& limit) CHAT_EXCLUDES(observed_);
  void start_over(const LogState& state);
  [[nodiscard]] Snapshot snapshot_at(const store::IdMarks& marks, const Beginning& beginning);
  [[nodiscard]] std::vector<Entry> entries_in(const Reply& reply);
  void wait_to_try_again(Trouble trouble, std::string_view why);

  Shared& shared_;
  Outlet& outlet_;
  const std::function<void()> every_look_;
  StopSignal stop_;
  Connection connection_;
  Restorer restorer_;
  Backoff backoff_;

  mutable Mutex observed_;
  RateLimit rate_limit_ CHAT_GUARDED_BY(observed_);
};

}  // namespace chatserver::cache::valkey
