#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "model/ids.hpp"

namespace chatserver::hub {

// A place in a feed: `frame` is the next frame to send, of which `sent` bytes
// are out already.
struct Cursor {
  std::uint64_t frame = 0;
  std::uint64_t sent = 0;

  friend bool operator==(const Cursor&, const Cursor&) = default;
};

// A shard's broadcast traffic: a ring of encoded frames, and for each session
// a Cursor into it instead of a queue. Appending costs the same for one session
// as for ten thousand, and a session that lags costs no memory; one that lags by
// more than the ring finds its cursor before first().
//
// The bytes of consecutive frames are contiguous (but for the ring's seam), so
// that everything a session has not had yet is one or two slices.
//
// Threading: shard. Limits: `bytes_max` of frames; a frame may take half of it.
class Feed {
 public:
  explicit Feed(std::size_t bytes_max);

  // Adds the frame of a message in a channel, or of none (ChannelId 0: for everybody); drops
  // the oldest frames that it needs the room of.
  void append(std::string_view frame, ChannelId channel, CacheId message = {});

  // What first() will be once a frame of that many bytes is appended.
  [[nodiscard]] std::uint64_t first_after(std::size_t frame_bytes) const;

  [[nodiscard]] std::uint64_t first() const noexcept { return first_; }
  // One past the newest frame.
  [[nodiscard]] std::uint64_t end() const noexcept { return first_ + frames_.size(); }
  [[nodiscard]] bool holds(const Cursor& cursor) const noexcept { return cursor.frame >= first_; }

  [[nodiscard]] ChannelId channel(std::uint64_t frame) const { return at(frame).channel; }
  // The first message of those that are still to come at that place; none: no message is.
  [[nodiscard]] std::optional<CacheId> next_message(const Cursor& from) const;
  [[nodiscard]] std::size_t frame_bytes(std::uint64_t frame) const;

  // The bytes from `from` up to the begin of frame `end`: at most two slices,
  // appended to `out`; valid until the next append().
  void slices(const Cursor& from, std::uint64_t end, std::vector<std::string_view>& out) const;

  // `from` moved on by `bytes`, which lie before frame `end`.
  [[nodiscard]] Cursor advance(const Cursor& from, std::size_t bytes, std::uint64_t end) const;

 private:
  struct Frame {
    std::uint64_t end;  // offset of its last byte + 1, counted since the feed began
    ChannelId channel;
    CacheId message;  // 0: none
  };

  [[nodiscard]] const Frame& at(std::uint64_t frame) const;
  [[nodiscard]] std::uint64_t begin_of(std::uint64_t frame) const;

  const std::size_t bytes_max_;
  const std::unique_ptr<char[]> ring_;
  std::deque<Frame> frames_;
  std::uint64_t first_ = 0;        // ordinal of frames_.front()
  std::uint64_t first_begin_ = 0;  // offset where it begins
  std::uint64_t end_ = 0;          // offset where the next frame begins
};

}  // namespace chatserver::hub
