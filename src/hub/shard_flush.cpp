// Shard: how bytes get out.

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "hub/shard.hpp"

namespace chatserver::hub {
namespace {

// Slices of one write; the kernel's IOV_MAX is 1024.
constexpr std::size_t slices_max = 64;

}  // namespace

void Shard::append_to_feed(std::string_view frame, ChannelId channel, CacheId message, Monotonic now) {
  // A burst that would overrun sessions which merely wait for the next flush goes out first.
  if (unflushed_bytes_ + frame.size() > options_.feed_bytes / 2) flush(now);
  if (const std::uint64_t first = feed_.first_after(frame.size()); slowest_ < first) cut_before(first, now);
  feed_.append(frame, channel, message);
  unflushed_bytes_ += frame.size();
  flush_all_ = true;
}

void Shard::cut_before(std::uint64_t first, Monotonic now) {
  slowest_ = feed_.end();
  for (Session* session : all_) {
    if (session->state != Session::State::live) continue;
    if (session->cursor.frame < first) {
      cut(*session, now);
    } else {
      slowest_ = std::min(slowest_, session->cursor.frame);
    }
  }
}

void Shard::push(Session& session, FramePtr frame, Counted counted, Monotonic now) {
  if (session.state == Session::State::closing || session.farewell || session.ended) return;
  const std::size_t waiting = session.outbox ? session.outbox->counted_bytes() : 0;
  if (counted == Counted::yes && waiting + frame->size() > options_.outbox_bytes) return cut(session, now);
  session.push(std::move(frame), counted);
  if (session.state == Session::State::live) mark(session);
}

// Whoever has something to send already is left alone: the figures are not worth a queue.
void Shard::show_figures(Monotonic now) {
  figures_.take_turns(now, [&](SessionId id, const FramePtr& frame) {
    Session& session = *find(id);
    const bool waiting =
        session.blocked || session.cursor.sent > 0 || (session.outbox && !session.outbox->empty());
    if (waiting || session.state != Session::State::live) return false;
    push(session, frame, Counted::no, now);
    return true;
  });
}

void Shard::mark(Session& session) {
  if (session.in_dirty || session.blocked) return;
  session.in_dirty = true;
  dirty_.push_back(&session);
}

void Shard::flush(Monotonic now) {
  std::vector<Session*> dirty = std::exchange(dirty_, {});
  for (Session* session : dirty) session->in_dirty = false;
  if (std::exchange(flush_all_, false)) {
    unflushed_bytes_ = 0;
    // It begins where the shard's presence budget ended last time, so that
    // nobody always is the last to be told.
    const std::size_t count = all_.size();
    walk_from_ = first_refused_.value_or(walk_from_ + 1);
    first_refused_.reset();
    if (walk_from_ >= count) walk_from_ = 0;
    for (std::size_t i = 0; i < count; ++i) flush_session(*all_[(walk_from_ + i) % count], now);
  } else {
    for (Session* session : dirty) flush_session(*session, now);
  }
  dirty.clear();
  if (dirty_.empty()) dirty_ = std::move(dirty);  // keeps its capacity
}

void Shard::flush_session(Session& session, Monotonic now) {
  if (session.blocked || session.ended || session.state == Session::State::joining) return;
  tell_presence(session, now);
  while (session.wants_write(feed_)) {
    slices_.clear();
    session.plan(feed_, slices_max, slices_);
    if (slices_.empty()) break;
    const WriteResult result = session.transport.write(slices_);
    const std::size_t frames = session.consume(feed_, result.bytes);
    ++counters_.writes;
    if (frames > 0) ++counters_.feed_writes;
    counters_.feed_frames_sent += frames;
    counters_.bytes_sent += result.bytes;
    if (result.status == WriteStatus::dead) {
      session.ended = true;
      return;
    }
    if (result.status == WriteStatus::blocked) {
      session.blocked = true;
      session.transport.wait_writable();
      return;
    }
  }
  if (session.farewell) return push_close_frame(session, std::exchange(session.farewell, nullptr));
  if (session.state == Session::State::closing) finish_close(session);
}

void Shard::tell_presence(Session& session, Monotonic now) {
  while (session.state == Session::State::live && session.told.cursor < roster_.newest()) {
    const std::size_t bytes_max = options_.presence.bytes_per_second / 2;
    const Roster::Chunk chunk = roster_.chunk(session.told, bytes_max, session.member.shown->user->id);
    if (chunk.frames) {
      if (!take_presence_budget(session, chunk.frames->size(), now)) {
        presence_owed_ = true;
        return;
      }
      session.push(chunk.frames, Counted::no);
    }
    session.told = chunk.told;
  }
}

bool Shard::take_presence_budget(Session& session, std::size_t bytes, Monotonic now) {
  const auto refill = [&](double& left, Monotonic& filled, std::size_t per_second) {
    const double seconds = std::chrono::duration<double>(now - filled).count();
    left = std::min(left + seconds * static_cast<double>(per_second), static_cast<double>(per_second));
    filled = now;
  };
  const PresenceOptions& presence = options_.presence;
  refill(session.presence_bytes, session.presence_filled, presence.bytes_per_second);
  refill(presence_total_, presence_total_filled_, presence.bytes_per_second_total);
  // One frame may cost more than a tiny budget holds: then the whole of it.
  const double cost = static_cast<double>(bytes) + presence_overhead_;
  const double own = std::min(cost, static_cast<double>(presence.bytes_per_second));
  const double total = std::min(cost, static_cast<double>(presence.bytes_per_second_total));
  if (session.presence_bytes < own) return false;
  if (presence_total_ < total) {
    if (!first_refused_) first_refused_ = session.index;
    return false;
  }
  session.presence_bytes -= own;
  presence_total_ -= total;
  return true;
}

// The session cannot keep up: the frame that is half out is finished, the close
// frame follows, and nothing else. It may be resumed with `since`.
void Shard::cut(Session& session, Monotonic now) {
  if (session.state == Session::State::closing || session.ended) return;
  ++counters_.cut;
  begin_close(session, wording_.too_slow, After::current_frame, now);
  session.close_by = now + options_.keepalive.slow_close;
  schedule(session);
}

}  // namespace chatserver::hub
