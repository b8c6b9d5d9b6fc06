#include "hub/feed.hpp"

#include <algorithm>
#include <cstring>

#include "base/check.hpp"

namespace chatserver::hub {

// Not value-initialised: pages of the ring become memory when they are first written.
Feed::Feed(std::size_t bytes_max)
    : bytes_max_(bytes_max), ring_(std::make_unique_for_overwrite<char[]>(bytes_max)) {
  check(bytes_max > 0, "a feed has room");
}

std::uint64_t Feed::first_after(std::size_t frame_bytes) const {
  const std::uint64_t end = end_ + frame_bytes;
  std::uint64_t first = first_;
  std::uint64_t begin = first_begin_;
  while (first < this->end() && end - begin > bytes_max_) begin = at(first++).end;
  return first;
}

void Feed::append(std::string_view frame, ChannelId channel, CacheId message) {
  check(frame.size() <= bytes_max_ / 2, "a frame fits into the feed");
  while (!frames_.empty() && end_ + frame.size() - first_begin_ > bytes_max_) {
    first_begin_ = frames_.front().end;
    frames_.pop_front();
    ++first_;
  }
  const std::size_t at = end_ % bytes_max_;
  const std::size_t head = std::min(frame.size(), bytes_max_ - at);
  std::memcpy(ring_.get() + at, frame.data(), head);
  std::memcpy(ring_.get(), frame.data() + head, frame.size() - head);
  end_ += frame.size();
  frames_.push_back({end_, channel, message});
}

std::optional<CacheId> Feed::next_message(const Cursor& from) const {
  for (std::uint64_t frame = from.frame; frame < end(); ++frame) {
    if (at(frame).message != CacheId{}) return at(frame).message;
  }
  return std::nullopt;
}

std::size_t Feed::frame_bytes(std::uint64_t frame) const {
  return at(frame).end - begin_of(frame);
}

void Feed::slices(const Cursor& from, std::uint64_t end, std::vector<std::string_view>& out) const {
  const std::uint64_t begin = begin_of(from.frame) + from.sent;
  const std::uint64_t stop = begin_of(end);
  if (begin == stop) return;
  const std::size_t at = begin % bytes_max_;
  const std::size_t bytes = stop - begin;
  const std::size_t head = std::min(bytes, bytes_max_ - at);
  out.emplace_back(ring_.get() + at, head);
  if (head < bytes) out.emplace_back(ring_.get(), bytes - head);
}

Cursor Feed::advance(const Cursor& from, std::size_t bytes, std::uint64_t end) const {
  const std::uint64_t offset = begin_of(from.frame) + from.sent + bytes;
  if (offset == begin_of(end)) return {end, 0};
  const auto begin = frames_.begin() + static_cast<std::ptrdiff_t>(from.frame - first_);
  const auto it = std::upper_bound(begin, frames_.end(), offset,
                                   [](std::uint64_t value, const Frame& frame) { return value < frame.end; });
  const std::uint64_t frame = first_ + static_cast<std::uint64_t>(it - frames_.begin());
  check(frame < end, "a cursor moves within what was asked for");
  return {frame, offset - begin_of(frame)};
}

const Feed::Frame& Feed::at(std::uint64_t frame) const {
  check(frame >= first_ && frame < end(), "the frame is in the feed");
  return frames_[frame - first_];
}

std::uint64_t Feed::begin_of(std::uint64_t frame) const {
  return frame == first_ ? first_begin_ : at(frame - 1).end;
}

}  // namespace chatserver::hub
