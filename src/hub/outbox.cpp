#include "hub/outbox.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace chatserver::hub {

void Outbox::push(FramePtr frame, Counted counted, Piece piece) {
  check(!frame->empty(), "a frame has bytes");
  if (counted == Counted::yes) counted_bytes_ += frame->size();
  items_.push_back({std::move(frame), counted, piece});
}

void Outbox::append(Outbox&& later) {
  check(!later.mid_frame(), "a frame that is half out stays in front");
  for (std::size_t i = later.first_; i < later.items_.size(); ++i)
    items_.push_back(std::move(later.items_[i]));
  counted_bytes_ += later.counted_bytes_;
  later = Outbox{};
}

void Outbox::push_front(FramePtr rest) {
  check(!mid_frame(), "only one frame is half out");
  check(!rest->empty(), "a frame has bytes");
  items_.insert(items_.begin() + static_cast<std::ptrdiff_t>(first_),
                {std::move(rest), Counted::no, Piece::last});
}

void Outbox::slices(std::size_t slices_max, std::vector<std::string_view>& out) const {
  std::size_t skip = sent_;
  for (std::size_t i = first_; i < items_.size() && out.size() < slices_max; ++i) {
    out.push_back(std::string_view(*items_[i].frame).substr(skip));
    skip = 0;
  }
}

std::size_t Outbox::consume(std::size_t bytes) {
  std::size_t taken = 0;
  while (taken < bytes && !empty()) {
    Item& item = items_[first_];
    const std::size_t part = std::min(bytes - taken, item.frame->size() - sent_);
    taken += part;
    sent_ += part;
    if (sent_ < item.frame->size()) break;
    if (item.counted == Counted::yes) counted_bytes_ -= item.frame->size();
    continued_ = item.piece == Piece::more;
    item.frame.reset();
    sent_ = 0;
    ++first_;
  }
  if (empty()) {
    items_.clear();
    first_ = 0;
  }
  return taken;
}

void Outbox::drop_unsent() {
  std::size_t keep = first_;
  if (mid_frame()) {
    while (items_[keep].piece == Piece::more) ++keep;
    ++keep;
  }
  for (std::size_t i = keep; i < items_.size(); ++i) {
    if (items_[i].counted == Counted::yes) counted_bytes_ -= items_[i].frame->size();
  }
  items_.resize(keep);
}

}  // namespace chatserver::hub
