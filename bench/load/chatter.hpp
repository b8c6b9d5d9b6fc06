#pragma once

#include <cstddef>
#include <cstdint>

#include "load/conversation.hpp"

namespace chatserver::bench {

// The first clients of a swarm talk in turn at an even pace, whatever comes back:
// so a server that is slower for a while shows it in the latency, not in the number of messages.
class Chatter : public Conversation {
 public:
  struct Options {
    std::uint32_t talkers = 20;
    double messages_per_second = 100;  // of all of them together
    std::size_t message_bytes = 250;   // of the text
  };

  explicit Chatter(Options options) : options_(options) {}

  // Talks for so long; the last messages may still be on their way then.
  void talk(Swarm& swarm, double seconds);

 private:
  const Options options_;
};

}  // namespace chatserver::bench
