#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "auth/claims.hpp"
#include "base/async/blocking_pool.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "cache/message_cache.hpp"
#include "cache/presence_exchange.hpp"
#include "chat/analytics.hpp"
#include "chat/change_queue.hpp"
#include "chat/directory.hpp"
#include "chat/history.hpp"
#include "chat/on_pool.hpp"
#include "chat/recorder.hpp"
#include "hub/presence.hpp"
#include "hub/session.hpp"
#include "protocol/client_frame.hpp"

namespace chatserver::chat {

// The parts that the verbs work on; all outlive Chat.
struct Parts {
  Directory& directory;
  cache::MessageCache& cache;
  RecentDeletions& deletions;
  BlockingPool& pool;
  ChangeQueue& changes;
  Recorder& recorder;
  Analytics& analytics;
  cache::PresenceExchange& presence;
};

// Which session a message came from.
struct Origin {
  std::uint32_t shard = 0;
  std::uint64_t session = 0;
};

using Submission = cache::Submission;
using Draft = std::expected<Submission, protocol::BadFrame>;

// The product's verbs. Those that need the database answer through a callback
// on the pool's thread; nullopt there means that it cannot be read just now.
//
// Threading: any.
class Chat {
 public:
  Chat(Parts parts, const Clock& clock, Log& log) : parts_(parts), clock_(clock), log_(log) {}

  // --- sessions -----------------------------------------------------------
  // Takes note of a user who has been let in: from now on others can write to them.
  void arrived(const UserPtr& user);
  // A session that began then is live from now on, and is over.
  void joined(const UserId& user, hub::SessionKind kind, Timestamp start);
  void departed(const UserId& user, hub::SessionKind kind, Timestamp start);
  // Who came to this node or left it. Does not block.
  void present_here(const std::vector<hub::PresenceChange>& changes);
  [[nodiscard]] std::optional<Ban> ban_of(const UserId& user) const;

  void read_history(HistoryRequest request, OnRead<History> done);

  // --- messages -----------------------------------------------------------
  // Finds out where a message is to go, or says what is wrong with it.
  [[nodiscard]] Draft send(const protocol::SendChat& frame, Origin from, const User& author) const;
  [[nodiscard]] Draft whisper(const protocol::SendPrivate& frame, Origin from, const User& author) const;
  // Hands on what arrived together. Each message has exactly one outcome, which
  // comes through the shards.
  void submit(std::vector<Submission> submissions) { parts_.cache.submit_all(std::move(submissions)); }

  void read_channel(ChannelId channel, std::optional<CacheId> before, std::size_t limit,
                    OnRead<store::MessagePage> done);
  void read_private(const UserId& user, const std::optional<UserId>& with, std::optional<CacheId> before,
                    std::size_t limit, OnRead<store::PrivateMessagePage> done);

  // Does what is done every now and then; to be called a few times a second. Does not block.
  void tick();

  // --- state --------------------------------------------------------------
  [[nodiscard]] const Directory& directory() const noexcept { return parts_.directory; }
  // What of the store and the cache does not work just now.
  [[nodiscard]] cache::Health health() const { return parts_.cache.health(); }
  // What is known of the other nodes.
  [[nodiscard]] cache::PresenceExchange::Standing nodes() const { return parts_.presence.standing(); }

 private:
  template <class Result, class Read>
  void on_pool(Read read, OnRead<Result> done) {
    read_on_pool(parts_.pool, log_, "history not read", std::move(read), std::move(done));
  }

  Parts parts_;
  const Clock& clock_;
  Log& log_;
};

}  // namespace chatserver::chat
