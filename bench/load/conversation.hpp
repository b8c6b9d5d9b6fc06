#pragma once

#include <cstddef>
#include <cstdint>

#include "load/deliveries.hpp"

namespace chatserver::bench {

// A swarm of which some clients talk and all listen. When they talk is up to the derived class.
class Conversation : public Deliveries {
 public:
  // Polls until everybody of `swarm` is welcomed; throws after 30 s.
  void await_welcomes(Swarm& swarm) const;

  // Polls until all clients have received all messages. Throws after 20 s, or
  // when a message arrived more than once. Nobody may talk meanwhile.
  void await_deliveries(Swarm& swarm) const;

  // How many clients have been welcomed.
  [[nodiscard]] std::size_t welcomed() const noexcept { return welcomed_; }
  [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }

 protected:
  // That client says a text of so many bytes, in the next poll.
  void say(Swarm& swarm, std::uint32_t client, std::size_t message_bytes);

  void on_other(std::uint32_t connection, std::string_view type, const ServerFrame& frame) override;

 private:
  std::size_t welcomed_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace chatserver::bench
