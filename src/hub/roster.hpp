#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "hub/change_order.hpp"
#include "hub/frame.hpp"
#include "hub/presence.hpp"

namespace chatserver::hub {

// What one session has been told of presence, as places in the order of changes.
struct Told {
  std::uint64_t cursor = 0;  // everything up to here
  std::uint64_t joined = 0;  // the newest change when it got its list
  // The newest change at an instant when it had been told everything; none yet: 0.
  std::uint64_t synced = 0;
};

// Who is present, in the order of each user's last change. That order and a
// Told a session are all the state presence takes: a session is told, oldest
// change first, the net state of each user whose last change lies after its cursor.
//
// Invariants: (1) a user stands at exactly one place, that of the last change;
// (2) places only grow, so who was not told yet is always ahead of the cursor;
// (3) somebody who left and came back while a session was not told is skipped
// only if that session surely knew the state before (see skip()).
//
// Threading: shard.
class Roster {
 public:
  explicit Roster(PresenceWording wording) : wording_(std::move(wording)) {}

  // False when it changes nothing.
  bool apply(const PresenceChange& change);

  [[nodiscard]] std::uint64_t newest() const noexcept { return newest_; }
  [[nodiscard]] std::size_t online() const noexcept { return online_; }
  [[nodiscard]] bool is_online(const UserId& user) const;

  // The list that a newcomer gets: at most `users_max` of those present, oldest
  // change first, and what the newcomer has been told by it.
  struct Listing {
    FramePtr users;  // their objects, joined by commas; empty when nobody is listed
    std::size_t count = 0;
    Told told;
  };
  // Shared until it is out of date. `users_max` is the same at every call.
  [[nodiscard]] const Listing& listing(std::size_t users_max);

  // The connected_users payload for one newcomer: head, shared users, tail, where
  // head and tail hold what is his own. JSON text, not a frame.
  struct ListText {
    std::string head;
    FramePtr users;
    std::string tail;
    Told told;
  };
  [[nodiscard]] ListText list_for(const UserId& user, std::size_t users_max);

  // The next user_status frames for a session: about `bytes_max` of them, at least one
  // if there is any, none about `self`. Sessions in the same place share the bytes.
  struct Chunk {
    FramePtr frames;  // null when there is nothing to say
    Told told;        // afterwards
  };
  [[nodiscard]] Chunk chunk(const Told& told, std::size_t bytes_max, const UserId& self);

  // Forgets who is offline and whose leaving every session has been told.
  void forget_offline(std::uint64_t told_by_all);

 private:
  struct Entry {
    ShownUserPtr shown;
    Status status = Status::offline;
    // Places of the last three changes, newest first; 0: there was none.
    std::uint64_t changed = 0;
    std::uint64_t changed_before = 0;
    std::uint64_t changed_before_that = 0;
  };
  using Entries = std::unordered_set<std::unique_ptr<Entry>, ByUser, ByUser>;

  [[nodiscard]] static bool skip(const Entry& entry, const Told& told);
  void append_status_frame(const Entry& entry, std::string& out) const;
  [[nodiscard]] Chunk build_chunk(const Told& told, std::size_t bytes_max, const UserId& self) const;

  const PresenceWording wording_;
  Entries entries_;
  ChangeOrder<Entry> order_;
  std::uint64_t newest_ = 0;
  std::size_t online_ = 0;

  std::optional<Listing> listing_;  // none: out of date
  struct CachedChunk {
    Told from;
    std::uint64_t newest = 0;  // of the roster when it was made
    Chunk chunk;
  };
  std::optional<CachedChunk> cached_;
};

}  // namespace chatserver::hub
