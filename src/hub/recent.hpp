#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hub/broadcast.hpp"
#include "hub/feed.hpp"

namespace chatserver::hub {

// The JSON around a list of messages.
struct BulkWording {
  std::string head;
  std::string tail;
  std::string tail_truncated;
  std::string tail_reset;
};

// A bulk frame and the place in the feed where live traffic goes on after it.
struct Bulk {
  FramePtr frame;  // null: there is nothing to show
  Cursor cursor;
};

// The newest public messages, from which a welcome is made without asking
// anybody. Those who come between two deliveries share one frame.
//
// Threading: shard. Limits: `messages_max` messages.
class Recent {
 public:
  // Messages up to `complete_after` are not here, and will not be.
  Recent(BulkWording wording, std::size_t messages_max, CacheId complete_after);

  // Forgets everything; messages up to `complete_after` will not be here.
  void start_over(CacheId complete_after);
  void add(std::shared_ptr<const PublicMessage> message);
  void remove(std::span<const CacheId> ids);
  // Puts these in the place of those with the same ids, which ascend; others are ignored.
  void replace(std::span<const std::shared_ptr<const PublicMessage>> messages);

  // The full welcome for `user`.
  [[nodiscard]] Bulk welcome(const UserId& user, const Feed& feed);
  // The same for a client whose last id is unknown here.
  [[nodiscard]] Bulk reset(const UserId& user, const Feed& feed) const;

  // Whether everything after `since` is here.
  [[nodiscard]] bool covers(CacheId since) const;
  // What came after `since`, at most `messages_max` of the newest. It says so when
  // some of it is not shown, be it that it is not here any more.
  [[nodiscard]] Bulk resume(CacheId since, std::size_t messages_max, const UserId& user,
                            const Feed& feed) const;

 private:
  using Messages = std::deque<std::shared_ptr<const PublicMessage>>;

  [[nodiscard]] bool has_nonce_of(const UserId& user) const;
  [[nodiscard]] FramePtr frame(Messages::const_iterator from, const UserId& user,
                               const std::string& tail) const;

  const BulkWording wording_;
  const std::size_t messages_max_;
  Messages messages_;
  CacheId complete_after_;  // every message with a higher id was added
  std::optional<Bulk> shared_;
};

}  // namespace chatserver::hub
