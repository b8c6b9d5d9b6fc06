#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "model/activity.hpp"
#include "model/session_record.hpp"

namespace chatserver::store {

// Who was here when, and how much is said where: the statistics of the dashboard.
// What is written twice counts once, so a call that failed may be made again.
//
// Threading: any; every call blocks. Errors: throws Unavailable.
class Activity {
 public:
  virtual ~Activity() = default;

  // Where several nodes share the store, silence after which one of them is taken for dead.
  static constexpr std::chrono::minutes node_silence{1};

  virtual void begin_sessions(std::span<const SessionStart> sessions) = 0;
  // Ends those that were begun; one that was not is recorded as a whole. Ends later than was
  // recorded where the node was taken for dead meanwhile.
  virtual void record_sessions(std::span<const SessionRecord> sessions) = 0;
  // Those that have ended, oldest first.
  [[nodiscard]] virtual std::vector<SessionRecord> sessions(const UserId& user) = 0;

  // That the server is alive now: the last word on when its sessions ended, should it be killed. A
  // node does for others that are dead what end_abandoned_sessions() does.
  virtual void record_alive(Timestamp now) = 0;
  // Ends the sessions that a killed server has left open, at the last time it was known to be alive, or
  // where they began; of nodes, of each that is silent for node_silence. Returns how many. At the
  // start, before the server has sessions of its own.
  virtual std::size_t end_abandoned_sessions() = 0;

  // By day (UTC), of everybody or of one user: sessions that began on the day `from` or later. Days without
  // any are left out. Of everybody costs the same however many sessions there are: the sums are kept with
  // each change.
  [[nodiscard]] virtual std::vector<SessionDay> session_days(const std::optional<UserId>& user,
                                                             std::chrono::sys_days from) = 0;

  // The channels in their order, then ones deleted without purge that still have messages, under
  // their last names, as far as no other channel has it; those of one name together. Costs the
  // same however many messages there are: the counts are kept with each change.
  [[nodiscard]] virtual std::vector<ChannelCount> message_counts() = 0;
};

}  // namespace chatserver::store
