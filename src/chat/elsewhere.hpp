#pragma once

#include <utility>
#include <vector>

#include "cache/presence_exchange.hpp"
#include "chat/fanout.hpp"

namespace chatserver::chat {

// Tells each shard which of the users that it would have are on other nodes. So one shard
// alone decides over a user's presence, whichever node it comes from.
//
// Threading: elsewhere() on the exchange's thread; set_shards() before the exchange starts.
class Elsewhere final : public cache::PresenceListener {
 public:
  // In the order of their indices.
  void set_shards(std::vector<ShardInbox*> shards) { shards_ = std::move(shards); }

  void elsewhere(std::vector<cache::UserPresence> changes) override;

 private:
  std::vector<ShardInbox*> shards_;
};

}  // namespace chatserver::chat
