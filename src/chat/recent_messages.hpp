#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "hub/broadcast.hpp"
#include "model/channel.hpp"
#include "model/message.hpp"

namespace chatserver::chat {

// The public messages that the shards keep encoded for their welcomes, as values: when
// a channel changes, those that say something else now are found and encoded again.
//
// Threading: one thread. Limits: `messages_max` messages, as in hub::Recent.
class RecentMessages {
 public:
  explicit RecentMessages(std::size_t messages_max) : messages_max_(messages_max) {}

  // Instead of those that were here.
  void start_over(std::vector<Message> messages);
  void add(std::vector<Message> messages);
  void remove(std::span<const CacheId> ids);

  // Takes out what was said in a channel that was purged; its ids.
  [[nodiscard]] std::vector<CacheId> remove_channel(ChannelId id);

  struct Difference {
    std::vector<std::shared_ptr<const hub::PublicMessage>> renamed;  // their channel has another name now
    std::vector<CacheId> hidden;  // their channel is gone, and another has its name
  };
  // Adapts to the channels that there are now. Whoever shows messages by the name of their channel
  // would else show those of an old one in a new one.
  [[nodiscard]] Difference adapt(std::span<const Channel> channels);

 private:
  const std::size_t messages_max_;
  std::deque<Message> messages_;  // oldest first
};

}  // namespace chatserver::chat
