#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "model/ban.hpp"
#include "model/channel.hpp"
#include "model/message.hpp"
#include "model/rate_limit.hpp"
#include "model/user.hpp"
#include "store/accounts.hpp"
#include "store/activity.hpp"
#include "store/changes.hpp"
#include "store/grants.hpp"
#include "store/message_page.hpp"
#include "store/search.hpp"
#include "store/secrets.hpp"
#include "store/user_records.hpp"

namespace chatserver::store {

// The database cannot take or answer it now (gone, full, timed out). Nothing of
// the call has happened. what() says which part and why, without message texts.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The database works, but does not take what the call gave it, and will not the next time.
class Refused : public Unavailable {
 public:
  using Unavailable::Unavailable;
};

// What one call to append() makes durable, all or nothing. Ids ascend a stream.
struct Batch {
  std::vector<Message> messages;
  std::vector<PrivateMessage> private_messages;
};

// Messages, oldest first; `truncated` when older ones in the asked range were left out.
struct Messages {
  std::vector<Message> messages;
  bool truncated = false;
};
struct PrivateMessages {
  std::vector<PrivateMessage> messages;
  bool truncated = false;
};

// A page of history, newest first; of public messages, MessagePage.
struct PrivateMessagePage {
  std::vector<PrivateMessage> messages;
  bool has_more = false;
};

// Which one of the private messages that a user sent or received is the newest.
struct NewestPrivateMessage {
  UserId user;
  CacheId id;

  friend bool operator==(const NewestPrivateMessage&, const NewestPrivateMessage&) = default;
};

// The highest id ever given out in each stream.
struct IdMarks {
  CacheId messages;
  CacheId private_messages;

  friend bool operator==(const IdMarks&, const IdMarks&) = default;
};

// Where a nonce went: the message that carried it, or none if it was deleted since.
struct NonceUse {
  std::variant<std::monostate, Message, PrivateMessage> original;
};

// A nonce is its author's alone.
struct UserNonce {
  UserId user;
  std::string nonce;
};

// A user who has just connected.
struct SeenUser {
  User user;
  Timestamp at;
};

// Everything durable. One suite, tests/conformance/store.hpp, holds for every backend.
//
// Threading: any; every call blocks, so none is made on a shard. append() and
// the changes below it are serialised by the backend.
// Errors: throws Unavailable; a call that throws has changed nothing (but see Changes).
class Store : public Accounts,
              public Activity,
              public Changes,
              public Grants,
              public MessageSearch,
              public UserRecords {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store() override = default;

  // --- messages -----------------------------------------------------------
  // Durable on return, together with the nonces and the id marks. A message
  // whose id has a tombstone is skipped, one whose id is there already, and one
  // whose channel was purged, which leaves a tombstone.
  virtual void append(const Batch& batch) = 0;

  // The durable marks: ids given out later are above them, whatever was deleted.
  [[nodiscard]] virtual IdMarks id_marks() = 0;
  // Raises the marks to these where they are lower: for a cache that gives out ids before
  // it appends, and must not give one out again after it has forgotten everything.
  virtual void reserve_ids(const IdMarks& up_to) = 0;

  // after < cache_id <= up_to, at most `limit` of the newest. Messages of a channel that is no
  // more show its last name, until another channel takes that name: then they are left out.
  [[nodiscard]] virtual Messages messages_between(CacheId after, CacheId up_to, std::size_t limit) = 0;
  // As above, those that `user` sent or received.
  [[nodiscard]] virtual PrivateMessages private_messages_between(const UserId& user, CacheId after,
                                                                 CacheId up_to, std::size_t limit) = 0;
  // Of everybody who has any with cache_id <= up_to, in no order; a user may come twice, with what was sent
  // and with what was received.
  [[nodiscard]] virtual std::vector<NewestPrivateMessage> newest_private_messages(CacheId up_to) = 0;

  // Messages of a channel older than `before` (none: from the newest).
  [[nodiscard]] virtual MessagePage history(ChannelId channel, std::optional<CacheId> before,
                                            std::size_t limit) = 0;
  // Private messages between `user` and `with`, or of `user` with anybody.
  [[nodiscard]] virtual PrivateMessagePage private_history(const UserId& user,
                                                           const std::optional<UserId>& with,
                                                           std::optional<CacheId> before,
                                                           std::size_t limit) = 0;

  // The use of `nonce` by `user` at or after `not_before`, if any.
  [[nodiscard]] virtual std::optional<NonceUse> find_nonce(const UserId& user, std::string_view nonce,
                                                           Timestamp not_before) = 0;
  // The same for many, in one call; one answer each, in their order.
  [[nodiscard]] virtual std::vector<std::optional<NonceUse>> find_nonces(std::span<const UserNonce> nonces,
                                                                         Timestamp not_before) {
    std::vector<std::optional<NonceUse>> uses;
    uses.reserve(nonces.size());
    for (const auto& [user, nonce] : nonces) uses.push_back(find_nonce(user, nonce, not_before));
    return uses;
  }
  // Forgets nonces used before `before`; returns how many.
  virtual std::size_t forget_nonces(Timestamp before) = 0;

  // The newest `limit` tombstones with cache_id <= up_to, ascending; what a purge hides counts.
  [[nodiscard]] virtual std::vector<Tombstone> tombstones(CacheId up_to, std::size_t limit) = 0;

  // This installation's own UUID, made with the database.
  [[nodiscard]] virtual std::string server_id() = 0;

  // Whose subjects the users of this installation are: those of the issuer that came first, until
  // another one names it as its `former` one (empty: none) and takes them over. Returns the issuer
  // that has them now; anybody else's `sub`s would be strangers in the place of users.
  [[nodiscard]] virtual std::string claim_users(const std::string& issuer, const std::string& former) = 0;

  // Where the servers on this database have their common secrets; null: it has one server, which
  // keeps them beside it. Lives as long as the store.
  [[nodiscard]] virtual Secrets* secrets() { return nullptr; }

  // Whether the database can be reached and written to, where the backend watches
  // over that by itself; none where only a call can tell. Does not block.
  [[nodiscard]] virtual std::optional<bool> reachable() const { return std::nullopt; }

  // --- channels, users, bans, limits: changed by Changes::commit() ---------
  [[nodiscard]] virtual std::vector<Channel> channels() = 0;  // in their order; never empty

  virtual void record_seen(std::span<const SeenUser> users) = 0;
  [[nodiscard]] virtual std::vector<User> users() = 0;  // everybody ever seen, under their latest name

  [[nodiscard]] virtual std::vector<Ban> bans_in_force(Timestamp now) = 0;
  [[nodiscard]] virtual RateLimit rate_limit() = 0;
};

}  // namespace chatserver::store
