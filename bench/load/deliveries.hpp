#pragma once

#include <cstddef>
#include <cstdint>

#include "load/histogram.hpp"
#include "load/swarm.hpp"

namespace chatserver::bench {

// Counts the chat messages that a swarm receives and, at a part of its clients,
// their age. The same code reads from the server and from the raw writer that it
// is compared with, so that the load's side costs the same.
class Deliveries : public SwarmEvents {
 public:
  // Every eighth client looks into each message for its age.
  static constexpr std::uint32_t latency_sampling = 8;

  void on_text(std::uint32_t connection, const ServerFrame& frame) override;

  // Ages are recorded from now on, in an empty histogram.
  void reset_latency() { latency_ = {}; }

  [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }
  [[nodiscard]] std::uint64_t frame_bytes() const noexcept {
    return frame_bytes_;
  }  // of the messages, on the wire
  [[nodiscard]] const LatencyHistogram& latency() const noexcept { return latency_; }

  // Where read_at_ns() comes from; set before the first frame.
  void watch(const Swarm& swarm) noexcept { swarm_ = &swarm; }

 protected:
  // A chat message that a client received.
  virtual void on_message(std::uint32_t connection, const ServerFrame& frame);

  // A frame of another type; throws on `error`.
  virtual void on_other(std::uint32_t connection, std::string_view type, const ServerFrame& frame);

  void record_age(std::uint64_t sent_ns) noexcept;

  std::size_t marker_hint_ = 0;

 private:
  const Swarm* swarm_ = nullptr;
  std::uint64_t messages_ = 0;
  std::uint64_t frame_bytes_ = 0;
  LatencyHistogram latency_;
};

}  // namespace chatserver::bench
