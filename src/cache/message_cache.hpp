#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/ban.hpp"
#include "model/channel.hpp"
#include "model/message.hpp"
#include "model/rate_limit.hpp"
#include "store/store.hpp"

namespace chatserver::cache {

// Which session sent it, so that refusals find their way back. Opaque to the cache.
struct Origin {
  std::uint32_t shard = 0;
  std::uint64_t session = 0;

  friend bool operator==(const Origin&, const Origin&) = default;
};

// A checked message on its way to an id: text and nonce are within their limits.
struct Submission {
  Origin origin;
  User author;
  std::variant<ChannelId, User> to;  // a channel, or the recipient of a private message
  std::string text;
  std::string nonce;  // empty: none
};

enum class RefusalReason {
  rate_limited,     // the author is over the limit
  unavailable,      // the store or cache cannot take it now; try again
  nonce_conflict,   // the nonce was used with other content (or its message was deleted)
  unknown_channel,  // the channel is gone
  banned,           // the author is banned
};

struct Refusal {
  Origin origin;
  RefusalReason reason;
  std::chrono::milliseconds retry_after{0};  // rate_limited and unavailable
  std::string nonce;
};

// The answer to a nonce that was used before: the original, for `origin` alone.
struct Repeat {
  Origin origin;
  std::variant<Message, PrivateMessage> original;
};

// Changes to who and what is there, in the one order that messages have too. They are
// delivered as they were committed.
using store::BanPardoned;
using store::Change;
using store::ChannelsChanged;
using store::MessagesDeleted;
using store::RateLimitChanged;
using store::UserBanned;

// What subscribers get, in order: everything in it is durable. Message ids
// ascend from one batch to the next. A change comes between whole batches: a
// message sent in its instant is in a batch before it, or refused.
struct Delivery {
  std::vector<Message> messages;
  std::vector<PrivateMessage> private_messages;
  std::vector<Repeat> repeats;
  std::vector<Refusal> refusals;
  std::vector<Change> changes;
  std::vector<User> newcomers;  // whom another server introduced
};

// The world at the instant of open(): deliveries begin right after it.
struct Snapshot {
  store::IdMarks last;
  std::vector<Message> recent;  // oldest first, at most Options::messages
  CacheId complete_after;       // every message with a higher id is in `recent`
};

// The world anew, where what happened in between can no longer be told in its order.
struct FreshStart {
  Snapshot snapshot;
  std::vector<Channel> channels;
  std::vector<Ban> bans;  // in force
  RateLimit limit;
};

// Gets deliveries one at a time, on the cache's thread; must not block for long.
class Subscriber {
 public:
  virtual ~Subscriber() = default;
  virtual void deliver(Delivery delivery) = 0;
  // What was told is out of date, and deliveries go on behind this. Sessions have a gap that only
  // connecting again can fill.
  virtual void start_over(FreshStart start) = 0;
};

// What of the parts behind the cache does not work, a word each; empty: all is well.
struct Health {
  std::string_view store;
  std::string_view cache;
  std::int64_t backlog = 0;     // accepted messages that wait for the database
  std::uint64_t set_aside = 0;  // of those since the start that it would not take, though it takes others
};

// Why a change was not made. Nothing has changed, but for what `unavailable` says.
enum class ChangeError : std::uint8_t {
  not_found,          // no such channel or ban, none of the messages
  name_taken,         // by another channel
  last_channel,       // there is always one
  too_many_channels,  // channels_max
  last_admin,         // nobody would be left who can take a ban back
  // The store cannot take it now. Where its answer was lost, it may turn out later that
  // it did: then the change is delivered before any message that comes behind it.
  unavailable,
};

[[nodiscard]] constexpr ChangeError change_error(store::ChangeRefusal refusal) {
  switch (refusal) {
    case store::ChangeRefusal::name_taken:
      return ChangeError::name_taken;
    case store::ChangeRefusal::last_channel:
      return ChangeError::last_channel;
    case store::ChangeRefusal::too_many_channels:
      return ChangeError::too_many_channels;
    case store::ChangeRefusal::last_admin:
      return ChangeError::last_admin;
    case store::ChangeRefusal::not_found:
      break;
  }
  return ChangeError::not_found;
}

// Gives messages their ids and their order: rate limit, nonce, cacheID, durable
// append, delivery. One suite, tests/conformance/message_cache.hpp, holds for
// every backend.
//
// Threading: any, unless a call says otherwise.
class MessageCache {
 public:
  MessageCache() = default;
  MessageCache(const MessageCache&) = delete;
  MessageCache& operator=(const MessageCache&) = delete;
  virtual ~MessageCache() = default;

  // What there is; once, before anything else. Blocks; throws store::Unavailable.
  [[nodiscard]] virtual Snapshot open() = 0;
  // Deliveries begin, right behind what open() told, and with other servers about they do so at once: whoever
  // is to get them has been told of it by now. Once.
  virtual void start(Subscriber& subscriber) = 0;

  // Never blocks and never refuses by itself: the outcome is in a Delivery,
  // exactly one of message, repeat or refusal for each submission.
  virtual void submit(Submission submission) = 0;

  // The same for what arrived together, which goes into one batch where it fits.
  virtual void submit_all(std::vector<Submission> submissions) {
    for (Submission& submission : submissions) submit(std::move(submission));
  }

  // Tells the other servers of a user who is new, or has a new name. Never blocks; in the store the
  // user is by other ways.
  virtual void introduce(const User& newcomer) { (void)newcomer; }

  // Commits a change and delivers it before it returns what was committed. What is so
  // already is a success, and not delivered. Blocks.
  [[nodiscard]] virtual std::expected<Change, ChangeError> change(Change change) = 0;

  // Reads, also of what is accepted but not yet in the store. They block, and throw store::Unavailable where
  // the store is needed and cannot be read.
  [[nodiscard]] virtual store::Messages messages_between(CacheId after, CacheId up_to, std::size_t limit) = 0;
  [[nodiscard]] virtual store::PrivateMessages private_messages_between(const UserId& user, CacheId after,
                                                                        CacheId up_to, std::size_t limit) = 0;
  // The newest of all that `user` sent or received; does not throw. `truncated`: others would be
  // among them, but the database cannot be read now.
  [[nodiscard]] virtual store::PrivateMessages newest_private_messages(const UserId& user, CacheId up_to,
                                                                       std::size_t limit) = 0;
  [[nodiscard]] virtual store::MessagePage history(ChannelId channel, std::optional<CacheId> before,
                                                   std::size_t limit) = 0;
  [[nodiscard]] virtual store::PrivateMessagePage private_history(const UserId& user,
                                                                  const std::optional<UserId>& with,
                                                                  std::optional<CacheId> before,
                                                                  std::size_t limit) = 0;

  // The highest ids that other servers may have shown already, though this one has not delivered them. None
  // where no other server is. Blocks and throws store::Unavailable.
  [[nodiscard]] virtual store::IdMarks given_out() { return {}; }

  // Public messages that are accepted and, as far as is known, not in the store yet: newest first, of those
  // with a smaller id the newest `limit`. None where messages are in the store before they are delivered.
  [[nodiscard]] virtual std::vector<Message> unstored(CacheId before, std::size_t limit) {
    (void)before;
    (void)limit;
    return {};
  }

  [[nodiscard]] virtual RateLimit rate_limit() const = 0;

  // Whether the last attempt to make something durable succeeded.
  [[nodiscard]] virtual bool available() const = 0;
  // What is wrong just now.
  [[nodiscard]] virtual Health health() const {
    return {.store = available() ? "" : "away", .cache = "", .backlog = 0, .set_aside = 0};
  }

  // Delivers all that was submitted, then stops; later submissions are refused
  // as unavailable. Blocks until done.
  virtual void stop() = 0;
};

}  // namespace chatserver::cache
