#pragma once

#include <chrono>
#include <unordered_map>
#include <utility>

#include "base/clock.hpp"
#include "hub/frame.hpp"
#include "hub/session.hpp"

namespace chatserver::hub {

// Bytes that are the same for all dashboards, and of which only the newest count. A
// dashboard gets them when it comes, then at most once an interval and only when they
// have changed. One that cannot take them when its turn comes waits for the next one. So
// a dashboard costs a pointer and a time, however slow it is.
//
// Threading: shard.
class Figures {
 public:
  explicit Figures(std::chrono::milliseconds interval) : interval_(interval) {}

  // Null: nobody keeps them up to date just now, so nobody is shown them.
  void set(FramePtr newest) {
    newest_ = std::move(newest);
    somebody_waits_ = true;
  }

  void join(SessionId id, Monotonic now) {
    dashboards_.try_emplace(id, Dashboard{.shown = nullptr, .next_turn = now});
    somebody_waits_ = true;
  }
  void leave(SessionId id) { dashboards_.erase(id); }

  // Calls `show(id, frame)` for each dashboard whose turn it is, which says whether the
  // session took the frame.
  template <class Show>
  void take_turns(Monotonic now, Show show) {
    if (!std::exchange(somebody_waits_, false) || !newest_) return;
    for (auto& [id, dashboard] : dashboards_) {
      if (dashboard.shown == newest_) continue;
      if (now >= dashboard.next_turn) take_turn(dashboard, show(id, newest_), now);
      if (dashboard.shown != newest_) somebody_waits_ = true;
    }
  }

 private:
  struct Dashboard {
    FramePtr shown;  // null: none yet
    Monotonic next_turn;
  };

  void take_turn(Dashboard& dashboard, bool shown, Monotonic now) {
    // One whose welcome is not out yet gets them right behind it.
    if (!shown && !dashboard.shown) return;
    if (shown) dashboard.shown = newest_;
    dashboard.next_turn = now + interval_;
  }

  const std::chrono::milliseconds interval_;
  FramePtr newest_;
  std::unordered_map<SessionId, Dashboard> dashboards_;
  bool somebody_waits_ = false;  // a look at them all may be worth it
};

}  // namespace chatserver::hub
