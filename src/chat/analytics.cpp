#include "chat/analytics.hpp"

#include <memory>
#include <utility>

#include "base/check.hpp"
#include "base/cpu_time.hpp"
#include "chat/lookups.hpp"
#include "chat/wording.hpp"
#include "protocol/server_frame.hpp"

namespace chatserver::chat {

void Analytics::dashboard_came() {
  const MutexLock lock(mutex_);
  // The first one need not wait for the next turn.
  if (++dashboards_ == 1 && !computing_) begin_to_compute();
}

void Analytics::dashboard_left() {
  const MutexLock lock(mutex_);
  check(dashboards_ > 0, "a dashboard that leaves has come");
  // From now on they grow old.
  if (--dashboards_ == 0) show(nullptr);
}

void Analytics::tick() {
  const MutexLock lock(mutex_);
  if (dashboards_ > 0 && !computing_ && clock_.monotonic() >= due_) begin_to_compute();
}

void Analytics::begin_to_compute() {
  due_ = clock_.monotonic() + interval_;
  computing_ = pool_.run([this] { compute(); });
}

void Analytics::compute() {
  const auto begun = thread_cpu_time();
  std::string frames = read_frames();
  {
    const MutexLock lock(mutex_);
    computing_ = false;
    if (dashboards_ > 0 && !frames.empty() && frames != shown_) {
      shown_ = frames;
      show(std::make_shared<const std::string>(std::move(frames)));
    }
  }
  cpu_ns_ += (thread_cpu_time() - begun).count();
}

void Analytics::show(hub::FramePtr figures) {
  if (!figures) shown_.clear();
  for (ShardInbox* shard : shards_) {
    shard->post({.broadcast = nullptr, .direct = {}, .changes = {ShowFigures{figures}}});
  }
}

std::string Analytics::read_frames() {
  try {
    const auto counts = store_.message_counts();
    const auto days = store_.session_days(std::nullopt, activity_begin(clock_.utc()));
    if (store_away_.exchange(false)) log_.info("analytics again");
    return *text_frame(protocol::message_count_by_channel(counts)) +
           *text_frame(protocol::session_activity(days));
  } catch (const store::Unavailable& error) {
    if (!store_away_.exchange(true)) log_.warning("no analytics", {{"reason", error.what()}});
    return {};
  }
}

}  // namespace chatserver::chat
