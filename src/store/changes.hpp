#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/strong_id.hpp"
#include "model/ban.hpp"
#include "model/ids.hpp"
#include "model/rate_limit.hpp"
#include "store/channels.hpp"

namespace chatserver::store {

// A message that is no more, kept so that late writes and resuming clients learn of it.
struct Tombstone {
  CacheId cache_id;
  ChannelId channel_id;

  friend bool operator==(const Tombstone&, const Tombstone&) = default;
};

// Changes to who and what is there. What is asked for is in the first members of
// each, what has come of it in those that say so.
struct UserBanned {
  Ban ban;  // asked for: id 0; committed: with its id
  // Asked for: of whom one must be left who is not banned; nothing: whoever is banned. Committed: nothing.
  std::optional<std::vector<UserId>> one_left_of = std::nullopt;

  friend bool operator==(const UserBanned&, const UserBanned&) = default;
};
struct BanPardoned {
  BanId id;
  UserId by;  // who pardoned; empty: told by a server that did not say so

  friend bool operator==(const BanPardoned&, const BanPardoned&) = default;
};
struct MessagesDeleted {
  std::vector<CacheId> ids;
  // Asked for: which of them may still be on their way to append(). They get their tombstone before
  // they come. Committed: what was there, or on its way.
  std::vector<Tombstone> tombstones;

  friend bool operator==(const MessagesDeleted&, const MessagesDeleted&) = default;
};
struct RateLimitChanged {
  RateLimit limit;

  friend bool operator==(const RateLimitChanged&, const RateLimitChanged&) = default;
};

// A channel that went with its messages, of which the newest are named.
struct PurgedChannel {
  static constexpr std::size_t newest_max = 1000;

  ChannelId id;
  std::string name;
  std::vector<CacheId> newest;  // ascending

  friend bool operator==(const PurgedChannel&, const PurgedChannel&) = default;
};
struct ChannelsChanged {
  ChannelEdit edit;
  std::vector<Channel> channels;  // committed: all there are now, in their order
  // Asked for: of a purge, those of the newest that may still be on their way to append(). Committed:
  // the one that was.
  std::optional<PurgedChannel> purged;

  friend bool operator==(const ChannelsChanged&, const ChannelsChanged&) = default;
};

using Change = std::variant<UserBanned, BanPardoned, MessagesDeleted, RateLimitChanged, ChannelsChanged>;

// A change's place in the order of all changes; never given out twice.
using ChangeId = StrongId<struct ChangeIdTag, std::int64_t>;

struct CommittedChange {
  ChangeId id;  // 0: everything was so already, and there is nothing to apply
  Change change;

  friend bool operator==(const CommittedChange&, const CommittedChange&) = default;
};

// How changes become durable, and how those who must act on them (sessions that are to be
// closed, other nodes) hear of each, whatever process is killed in between: a change
// commits together with a row in the outbox, which stays until somebody says that it was applied.
//
// Threading: any; every call blocks. Changes are committed one after the other.
// Errors: throws Unavailable. commit() may have taken place all the same when its answer was
// lost: then its row is among unapplied_changes().
class Changes {
 public:
  virtual ~Changes() = default;

  [[nodiscard]] virtual std::expected<CommittedChange, ChangeRefusal> commit(Change change,
                                                                             Timestamp now) = 0;

  // The oldest `limit` in the order of their commits. What was begun before has ended by then.
  [[nodiscard]] virtual std::vector<CommittedChange> unapplied_changes(std::size_t limit) = 0;
  // Forgets those up to `id`.
  virtual void changes_applied(ChangeId up_to) = 0;

  // Messages of a purged channel are hidden at once, and removed by this in portions of at most
  // `limit`; returns how many there were. 0: none is left.
  virtual std::size_t remove_purged(std::size_t limit, Timestamp now) = 0;
};

}  // namespace chatserver::store
