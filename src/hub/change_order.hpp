#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.hpp"

namespace chatserver::hub {

// Entries in the order of their last change. Places only grow; an entry that changes
// again leaves a hole behind and comes last.
//
// A sorted array, because a tree's node takes more than what it would hold here;
// holes are closed once they are the larger part, so that a change costs the same on average.
//
// Threading: one thread. Lifetime: entries are erased before they die.
template <class Entry>
class ChangeOrder {
 public:
  void append(std::uint64_t place, Entry& entry) {
    check(slots_.empty() || slots_.back().place < place, "places grow");
    slots_.push_back({.place = place, .entry = &entry});
  }

  // The entry at that place, which is there.
  void erase(std::uint64_t place) {
    const auto slot = std::ranges::lower_bound(slots_, place, {}, &Slot::place);
    check(slot != slots_.end() && slot->place == place && slot->entry != nullptr, "an entry stands there");
    slot->entry = nullptr;
    ++holes_;
    close_holes();
  }

  // Calls visit(place, entry) for what comes after `place`, in order, while it
  // returns true. Whether it went to the end.
  template <class Visit>
  bool visit_after(std::uint64_t place, Visit visit) const {
    auto slot = std::ranges::upper_bound(slots_, place, {}, &Slot::place);
    for (; slot != slots_.end(); ++slot) {
      if (slot->entry != nullptr && !visit(slot->place, *slot->entry)) return false;
    }
    return true;
  }

  // Erases those up to `place` for which drop(entry) is true; it may destroy them.
  template <class Drop>
  void erase_up_to(std::uint64_t place, Drop drop) {
    for (Slot& slot : slots_) {
      if (slot.place > place) break;
      if (slot.entry == nullptr || !drop(*slot.entry)) continue;
      slot.entry = nullptr;
      ++holes_;
    }
    close_holes();
  }

 private:
  struct Slot {
    std::uint64_t place = 0;
    Entry* entry = nullptr;  // null: a hole
  };

  void close_holes() {
    constexpr std::size_t tolerated = 16;
    if (holes_ <= tolerated || holes_ <= slots_.size() / 2) return;
    std::erase_if(slots_, [](const Slot& slot) { return slot.entry == nullptr; });
    holes_ = 0;
  }

  std::vector<Slot> slots_;
  std::size_t holes_ = 0;
};

}  // namespace chatserver::hub
