#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "base/mutex.hpp"
#include "cache/message_cache.hpp"
#include "chat/directory.hpp"
#include "chat/recent_deletions.hpp"
#include "chat/recent_messages.hpp"
#include "hub/shard.hpp"

namespace chatserver::chat {

// A frame for one session.
struct DirectFrame {
  hub::SessionId session;
  hub::FramePtr frame;
  // Which message it is a copy of; none: it is a refusal, and counted against whoever floods.
  std::optional<hub::Original> original;
};

struct CloseUser {
  UserId user;
  hub::Close close;
};
struct CloseLogin {
  LoginId login;
  std::optional<UserId> user;  // none: not known
  hub::Close close;
};
struct CloseKey {
  KeyId key;
  hub::Close close;
};
struct ForgetMessages {
  std::vector<CacheId> ids;           // not to be in a welcome any more
  std::vector<hub::FramePtr> frames;  // message_deleted, in order
};
struct ReplaceMessages {
  std::vector<std::shared_ptr<const hub::PublicMessage>> messages;  // in welcomes, by their ids, which ascend
};
struct ShowChannels {
  hub::FramePtr frame;  // active_channels
};
struct ShowFigures {
  hub::FramePtr frames;  // for dashboards; null: nothing is known just now
};
struct PresentElsewhere {
  std::vector<hub::PresenceChange> changes;  // of users whose sessions would be on this shard
};
// Everybody has missed something; the world goes on from here.
struct StartOver {
  std::shared_ptr<const hub::Shard::Start> start;
};
using ShardChange = std::variant<CloseUser, CloseLogin, CloseKey, ForgetMessages, ReplaceMessages,
                                 ShowChannels, ShowFigures, PresentElsewhere, StartOver>;

// What one delivery of the cache means for one shard.
struct ShardDelivery {
  std::shared_ptr<const hub::Broadcast> broadcast;  // null: nothing
  std::vector<DirectFrame> direct;
  std::vector<ShardChange> changes;
};

// A shard's thread, as others see it: takes deliveries in order. Threading: any.
class ShardInbox {
 public:
  virtual ~ShardInbox() = default;
  virtual void post(ShardDelivery delivery) = 0;
};

// The shard of `count` that has all of a user's sessions. Threading: pure.
[[nodiscard]] inline std::size_t shard_of(const UserId& user, std::size_t count) {
  return std::hash<UserId>{}(user) % count;
}

// What a shard begins with, from what the cache does.
[[nodiscard]] hub::Shard::Start shard_start(const cache::Snapshot& snapshot);

// Encodes each delivery of the cache once and hands it to every shard.
//
// Threading: deliver() on the cache's thread; set_recent() and set_shards() before the first delivery;
// between_deliveries() any.
class Fanout final : public cache::Subscriber {
 public:
  // `recent_max`: messages that a shard keeps for its welcomes.
  Fanout(Directory& directory, RecentDeletions& deletions, std::size_t recent_max)
      : directory_(directory), deletions_(deletions), recent_(recent_max) {}

  // What the shards keep from the start.
  void set_recent(std::vector<Message> messages) { recent_.add(std::move(messages)); }
  void set_shards(std::vector<ShardInbox*> shards) { shards_ = std::move(shards); }

  void deliver(cache::Delivery delivery) override;
  void start_over(cache::FreshStart start) override;

  // Calls `post`, which posts to a shard and does not wait, while no delivery is on its way to some shards
  // and not yet to others: what a session joins behind, nobody can have seen before it joins in front.
  template <class Post>
  void between_deliveries(Post post) CHAT_EXCLUDES(posting_) {
    const MutexLock lock(posting_);
    post();
  }

 private:
  Directory& directory_;
  RecentDeletions& deletions_;
  RecentMessages recent_;
  std::vector<ShardInbox*> shards_;
  Mutex posting_;
};

}  // namespace chatserver::chat
