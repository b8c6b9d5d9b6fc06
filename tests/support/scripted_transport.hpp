#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "hub/transport.hpp"

namespace chatserver::test {

// A socket whose buffer has as much room as the test gives it, and which keeps
// what it was given. Threading: one thread.
class ScriptedTransport final : public hub::Transport {
 public:
  static constexpr std::size_t endless = std::numeric_limits<std::size_t>::max();

  hub::WriteResult write(std::span<const std::string_view> slices) override {
    ++writes_;
    if (dead_) return {.bytes = 0, .status = hub::WriteStatus::dead};
    std::size_t taken = 0;
    for (const std::string_view slice : slices) {
      const std::size_t part = std::min(slice.size(), room_);
      received_.append(slice.substr(0, part));
      taken += part;
      if (room_ != endless) room_ -= part;
      if (part < slice.size()) return {.bytes = taken, .status = hub::WriteStatus::blocked};
    }
    return {.bytes = taken, .status = hub::WriteStatus::ok};
  }
  void wait_writable() override { waiting_ = true; }
  void finish() override { finished_after_ = received_.size(); }
  void end(hub::Ending how) override { ended_ = how; }

  void set_room(std::size_t bytes) { room_ = bytes; }
  void die() { dead_ = true; }
  // Whether the shard waits for room; it has to be told once (Shard::on_writable).
  [[nodiscard]] bool take_waiting() { return std::exchange(waiting_, false); }

  [[nodiscard]] const std::string& received() const { return received_; }
  void forget_received() { received_.clear(); }
  [[nodiscard]] int writes() const { return writes_; }
  // How much it had been given when it was told that there would be no more.
  [[nodiscard]] std::optional<std::size_t> finished_after() const { return finished_after_; }
  [[nodiscard]] std::optional<hub::Ending> ended() const { return ended_; }

 private:
  std::size_t room_ = endless;
  bool dead_ = false;
  bool waiting_ = false;
  int writes_ = 0;
  std::string received_;
  std::optional<std::size_t> finished_after_;
  std::optional<hub::Ending> ended_;
};

}  // namespace chatserver::test
