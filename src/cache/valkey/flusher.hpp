#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/stop_signal.hpp"
#include "cache/valkey/backoff.hpp"
#include "cache/valkey/connection.hpp"
#include "cache/valkey/shared.hpp"

namespace chatserver::cache::valkey {

// Moves messages from the log to the database: this node's share, and that of a node that is
// gone. A message is acknowledged after the commit, and an append that is repeated changes nothing.
// One that the database does not take, though it takes others, is set aside and stops nobody.
//
// It also does what has to happen now and then: reserves ids, publishes changes that could not be, makes
// the group anew where it was lost, and forgets consumers of nodes that are gone.
//
// Threading: run() has a thread of its own; stop(): any. Errors: gets over all of them.
// Limits: `batch_entries` in memory; while the database is away the rest waits in Valkey.
class Flusher {
 public:
  // `every_round`: done between batches, must not throw anything but Lost and store::Unavailable.
  Flusher(Shared& shared, std::function<void()> every_round);

  void run();
  // Makes run() return soon. What was not acknowledged is taken over by another node, or the next start.
  void stop();

 private:
  struct Taken {
    std::vector<std::string> ids;  // all that is to be acknowledged
    std::vector<Entry> entries;    // those that make sense
  };

  void round();
  void keep_group();
  void forget_consumers();
  [[nodiscard]] Taken take_next();
  [[nodiscard]] Taken take_over();
  [[nodiscard]] Taken taken(const Reply& entries);
  void flush(const Taken& taken);
  void set_aside(const std::string& entry, const std::string& why);
  void settle(const Taken& taken);
  void tidy();

  Shared& shared_;
  const std::function<void()> every_round_;
  StopSignal stop_;
  Connection connection_;
  Backoff backoff_;
  bool group_is_there_ = false;
  bool purging_ = true;  // whether messages of purged channels may be left
  std::chrono::steady_clock::time_point take_over_at_;
  std::chrono::steady_clock::time_point forget_nonces_at_;
};

}  // namespace chatserver::cache::valkey
