#pragma once

#include <cstddef>
#include <cstdint>

#include "load/conversation.hpp"

namespace chatserver::bench {

// The first clients of a swarm send: each keeps a number of messages on their
// way, and sends the next when its own copy of one comes back (a closed loop).
class Senders : public Conversation {
 public:
  struct Options {
    std::uint32_t senders = 10;
    std::uint32_t in_flight = 1;      // messages a sender has on their way
    std::size_t message_bytes = 250;  // of the text
  };

  explicit Senders(Options options);

  // Each sender sends its first messages, in the next poll.
  void start(Swarm& swarm);

  // Ends sending, then as await_deliveries().
  void drain();

  [[nodiscard]] std::uint64_t returned() const noexcept { return returned_; }

 protected:
  void on_message(std::uint32_t connection, const ServerFrame& frame) override;

 private:
  const Options options_;
  Swarm* swarm_ = nullptr;
  bool sending_ = false;
  std::uint64_t returned_ = 0;
};

}  // namespace chatserver::bench
