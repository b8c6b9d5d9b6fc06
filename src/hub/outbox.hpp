#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hub/frame.hpp"

namespace chatserver::hub {

enum class Counted { yes, no };
// Whether an item ends its frame, or the next item goes on with it.
enum class Piece { last, more };

// What waits for one session alone: whispers, errors, pongs, the welcome.
// Bounded in bytes by its owner through counted_bytes(); shared bulk frames are
// not counted, because they are there once for everybody.
//
// Threading: shard.
class Outbox {
 public:
  void push(FramePtr frame, Counted counted, Piece piece = Piece::last);
  // Everything that waits in `later`, which is not mid-frame, behind what is here.
  void append(Outbox&& later);
  // In front of everything: the rest of a frame that is half out.
  void push_front(FramePtr rest);

  [[nodiscard]] bool empty() const noexcept { return first_ == items_.size(); }
  [[nodiscard]] std::size_t counted_bytes() const noexcept { return counted_bytes_; }
  // The first frame is half out.
  [[nodiscard]] bool mid_frame() const noexcept { return sent_ > 0 || continued_; }

  void slices(std::size_t slices_max, std::vector<std::string_view>& out) const;
  // Takes up to `bytes` off the front; returns how many it took.
  std::size_t consume(std::size_t bytes);
  // Drops all but the frame that is half out.
  void drop_unsent();

 private:
  struct Item {
    FramePtr frame;
    Counted counted;
    Piece piece;
  };

  std::vector<Item> items_;
  std::size_t first_ = 0;   // of items_, the first that is not out
  std::size_t sent_ = 0;    // bytes of it that are
  bool continued_ = false;  // its frame began in an item that is out already
  std::size_t counted_bytes_ = 0;
};

}  // namespace chatserver::hub
