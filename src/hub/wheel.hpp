#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"

namespace chatserver::hub {

// A coarse timer wheel: one for all sessions of a shard, instead of a timer each.
// Fires late by up to a tick, never early; what lies beyond its horizon is
// fired there, and whoever is fired looks whether it is time yet.
//
// Threading: shard.
class Wheel {
 public:
  static constexpr std::chrono::milliseconds tick{100};
  static constexpr std::size_t slots = 1024;

  // To be a base or member of what is scheduled; it leaves its slot when it dies.
  class Hook {
   public:
    Hook() = default;
    Hook(const Hook&) = delete;
    Hook& operator=(const Hook&) = delete;
    ~Hook() { leave(); }

    void leave() noexcept {
      previous_->next_ = next_;
      next_->previous_ = previous_;
      previous_ = next_ = this;
    }

   private:
    friend class Wheel;
    void join(Hook& list) noexcept {
      previous_ = list.previous_;
      next_ = &list;
      previous_->next_ = this;
      list.previous_ = this;
    }
    Hook* previous_ = this;
    Hook* next_ = this;
  };

  explicit Wheel(Monotonic now) : now_(ticks(now)) {}

  // Replaces an earlier appointment.
  void schedule(Hook& hook, Monotonic due) {
    std::uint64_t at = ticks(due + tick - std::chrono::nanoseconds{1});
    if (at <= now_) at = now_ + 1;
    if (at - now_ >= slots) at = now_ + slots - 1;
    hook.leave();
    hook.join(slots_[at % slots]);
  }

  // Calls fire(hook) for all that are due; a fired hook is in no slot and may be
  // scheduled again, and others may be scheduled or destroyed meanwhile.
  template <class Fire>
  void advance(Monotonic now, Fire&& fire) {
    const std::uint64_t to = ticks(now);
    // After a long stop one turn of the wheel covers every slot.
    if (to > now_ + slots) now_ = to - slots;
    while (now_ < to) {
      ++now_;
      Hook due;
      take(slots_[now_ % slots], due);
      while (due.next_ != &due) {
        Hook& hook = *due.next_;
        hook.leave();
        fire(hook);
      }
    }
  }

 private:
  static std::uint64_t ticks(Monotonic time) {
    return static_cast<std::uint64_t>(time.time_since_epoch() / tick);
  }
  // Moves a whole list, so that what is scheduled from within lands in the next turn.
  static void take(Hook& from, Hook& to) noexcept {
    if (from.next_ == &from) return;
    to.next_ = from.next_;
    to.previous_ = from.previous_;
    to.next_->previous_ = &to;
    to.previous_->next_ = &to;
    from.next_ = from.previous_ = &from;
  }

  std::uint64_t now_;
  std::array<Hook, slots> slots_;
};

}  // namespace chatserver::hub
