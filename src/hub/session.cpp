#include "hub/session.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/check.hpp"

namespace chatserver::hub {

void Session::plan(const Feed& feed, std::size_t slices_max, std::vector<std::string_view>& out) {
  Cursor from = cursor;
  if (from.sent > 0) {
    feed.slices(from, from.frame + 1, out);
    from = {from.frame + 1, 0};
  }
  if (outbox) outbox->slices(slices_max, out);
  if (state != State::live || out.size() >= slices_max) return;
  if (!subscribed) {
    feed.slices(from, feed.end(), out);
    return;
  }
  const bool nothing_before = out.empty();
  while (from.frame < feed.end() && out.size() < slices_max) {
    std::uint64_t begin = from.frame;
    while (begin < feed.end() && !subscribed_to(feed.channel(begin))) ++begin;
    std::uint64_t end = begin;
    while (end < feed.end() && subscribed_to(feed.channel(end))) ++end;
    if (nothing_before && out.empty()) cursor = {begin, 0};
    if (end > begin) feed.slices({begin, 0}, end, out);
    from = {end, 0};
  }
}

std::size_t Session::consume(const Feed& feed, std::size_t bytes) {
  const std::uint64_t before = cursor.frame;
  std::size_t skipped = 0;
  if (cursor.sent > 0) {
    const std::size_t rest = feed.frame_bytes(cursor.frame) - cursor.sent;
    const std::size_t part = std::min(rest, bytes);
    cursor = feed.advance(cursor, part, cursor.frame + 1);
    bytes -= part;
  }
  if (outbox) {
    bytes -= outbox->consume(bytes);
    if (outbox->empty()) outbox.reset();
  }
  if (bytes == 0) return cursor.frame - before;
  if (!subscribed) {
    cursor = feed.advance(cursor, bytes, feed.end());
    return cursor.frame - before;
  }
  while (bytes > 0) {
    while (!subscribed_to(feed.channel(cursor.frame))) {
      ++cursor.frame;
      ++skipped;
    }
    const std::size_t part = std::min(bytes, feed.frame_bytes(cursor.frame));
    cursor = feed.advance(cursor, part, cursor.frame + 1);
    bytes -= part;
  }
  return cursor.frame - before - skipped;
}

void Session::push(FramePtr frame, Counted counted, Piece piece) {
  if (!outbox) outbox = std::make_unique<Outbox>();
  outbox->push(std::move(frame), counted, piece);
}

void Session::keep_rest(const Feed& feed) {
  if (cursor.sent == 0) return;
  std::vector<std::string_view> slices;
  feed.slices(cursor, cursor.frame + 1, slices);
  std::string rest;
  for (const std::string_view slice : slices) rest.append(slice);
  if (!outbox) outbox = std::make_unique<Outbox>();
  outbox->push_front(std::make_shared<const std::string>(std::move(rest)));
  cursor = {cursor.frame + 1, 0};
}

bool Session::subscribed_to(ChannelId channel) const {
  if (!subscribed || channel == ChannelId{}) return true;
  return std::ranges::binary_search(*subscribed, channel);
}

std::int64_t Session::count_refused(Monotonic now, std::chrono::seconds window) {
  if (refused == 0 || now - refused_since >= window) {
    refused = 0;
    refused_since = now;
  }
  if (refused < std::numeric_limits<std::int32_t>::max()) ++refused;
  return refused;
}

}  // namespace chatserver::hub
