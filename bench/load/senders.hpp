#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "load/deliveries.hpp"

namespace chatserver::bench {

// The first clients of a swarm send: each keeps a number of messages on their
// way, and sends the next when its own copy of one comes back (a closed loop).
class Senders : public Deliveries {
 public:
  struct Options {
    std::uint32_t senders = 10;
    std::uint32_t in_flight = 1;      // messages a sender has on their way
    std::size_t message_bytes = 250;  // of the text
  };

  explicit Senders(Options options);

  // Each sender sends its first messages, in the next poll.
  void start(Swarm& swarm);

  // Ends sending and polls until all of `clients` have received all messages. Throws after 20 s, or
  // when a message arrived more than once.
  void drain();

  // How many clients have been welcomed.
  [[nodiscard]] std::size_t welcomed() const noexcept { return welcomed_; }
  [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
  [[nodiscard]] std::uint64_t returned() const noexcept { return returned_; }

 protected:
  void on_message(std::uint32_t connection, const ServerFrame& frame) override;
  void on_other(std::uint32_t connection, std::string_view type, const ServerFrame& frame) override;

 private:
  void send_next(std::uint32_t sender);

  const Options options_;
  Swarm* swarm_ = nullptr;
  bool sending_ = false;
  std::size_t welcomed_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t returned_ = 0;
};

}  // namespace chatserver::bench
