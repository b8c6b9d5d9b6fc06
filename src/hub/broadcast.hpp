#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hub/frame.hpp"
#include "hub/presence.hpp"
#include "model/ids.hpp"

namespace chatserver::hub {

// A public message, encoded once for everybody: the live frame, and the JSON
// object that bulk frames are made of.
struct PublicMessage {
  CacheId id;
  ChannelId channel;
  UserId author;
  std::string frame;
  std::string object;      // without the nonce
  std::string own_object;  // with it, for the author; empty when there is none
};

struct PrivateFrame {
  CacheId id;
  UserId author;
  UserId recipient;
  FramePtr frame;
};

// Which message the answer to a repeat is a copy of.
struct Original {
  CacheId id;
  std::optional<ChannelId> channel;  // none: a private message
};

// One delivery of the cache, as every shard gets it. Ids ascend.
struct Broadcast {
  std::vector<std::shared_ptr<const PublicMessage>> messages;
  std::vector<PrivateFrame> private_frames;
};

}  // namespace chatserver::hub
