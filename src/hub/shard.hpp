#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "hub/broadcast.hpp"
#include "hub/feed.hpp"
#include "hub/figures.hpp"
#include "hub/options.hpp"
#include "hub/presence.hpp"
#include "hub/recent.hpp"
#include "hub/roster.hpp"
#include "hub/session.hpp"
#include "hub/transport.hpp"
#include "hub/wheel.hpp"
#include "model/user.hpp"

namespace chatserver::hub {

// Why the hub itself hangs up, and the close frame that says so.
struct Close {
  std::uint16_t code = 0;
  FramePtr frame;
};

// Bytes that others encoded, because the hub does not know the protocol.
struct Wording {
  PresenceWording presence;
  BulkWording bulk;
  Close too_slow;
  Close expired;
  Close unfinished;  // a frame that was begun and not ended in time
};

// A user with sessions on this shard, one within the grace after the last, or one who is
// present on another node and whose sessions here would be on this shard.
struct Member {
  ShownUserPtr shown;
  Session* sessions = nullptr;  // the first, see Session::next_of_member
  std::uint32_t session_count = 0;
  std::uint32_t present = 0;  // live chat sessions
  bool here = false;          // present on this node, or within the grace
  bool elsewhere = false;     // present on another node
  Monotonic leave_at;         // end of the grace, while here with nobody present
};

struct ShardCounters {
  std::uint64_t feed_frames_sent = 0;  // frames of the feed, each session counted
  std::uint64_t writes = 0;            // calls of Transport::write
  std::uint64_t feed_writes = 0;       // those that carried feed frames
  std::uint64_t bytes_sent = 0;
  std::uint64_t cut = 0;  // sessions closed as too slow
};

// One thread's sessions: who gets which bytes, and when. It does no I/O and has
// no clock: events and the time come in, bytes go out through each session's Transport.
//
// Whoever drives it calls flush() soon after wants_flush() turns true, best after
// one more look at the sockets, so that what has gathered goes out in one write
// a session; and tick() every Wheel::tick.
//
// Threading: shard. Limits: Options.
class Shard {
 public:
  struct Start {
    CacheId last_public;
    CacheId last_private;
    CacheId complete_after;  // every message with a higher id is in `recent`
    std::vector<std::shared_ptr<const PublicMessage>> recent;  // oldest first
  };
  // Told of every change in presence that this shard is the first to know, in order.
  struct OnPresence {
    // Who is present on any node: the other shards get it by apply_presence().
    std::function<void(const PresenceChange&)> anywhere;
    // Who is present on this node; may say again what is so already. The other nodes get it,
    // and theirs comes by apply_elsewhere().
    std::function<void(const PresenceChange&)> here;
  };

  Shard(const Options& options, Wording wording, Start start, OnPresence on_presence, Monotonic now);
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;
  ~Shard();

  // --- traffic ------------------------------------------------------------
  void deliver(const Broadcast& broadcast, Monotonic now);
  // What was delivered so far has a gap, and goes on behind `start`: everybody is closed as too slow,
  // and finds what was missed on connecting again.
  void start_over(const Start& start, Monotonic now);
  // A frame for everybody that belongs to no channel. One that takes more than half of the feed
  // goes round it, and so ahead of what a session has not had yet.
  void announce(const FramePtr& frame, Monotonic now);
  // For one session alone; nothing happens if it is gone.
  void send(SessionId id, FramePtr frame, Monotonic now);
  // The same for the answer to a repeat. Where the message itself is still to come to the session, that is
  // the answer: a copy ahead of it would have come before messages that precede it.
  void answer(SessionId id, const Original& original, FramePtr copy, Monotonic now);
  void forget_messages(std::span<const CacheId> ids) { recent_.remove(ids); }
  // Recent messages that are said otherwise now; ids ascend.
  void replace_messages(std::span<const std::shared_ptr<const PublicMessage>> messages) {
    recent_.replace(messages);
  }
  // For those who come from now on; 0: no limit.
  void set_connections_per_user(std::size_t most) { connections_per_user_ = most; }
  // What welcomes say of the channels, as a whole frame.
  void set_channels(FramePtr frame) { channels_ = std::move(frame); }
  void apply_presence(std::span<const PresenceChange> changes);
  // The same of users whose sessions would be on this shard: whether they are on any other node.
  void apply_elsewhere(std::span<const PresenceChange> changes);
  // What dashboards are shown, as whole frames; null: nothing is known just now. Who is
  // shown them when: Figures.
  void set_figures(FramePtr figures) { figures_.set(std::move(figures)); }
  void show_figures(Monotonic now);

  // --- a session's life ---------------------------------------------------
  struct Newcomer {
    ShownUserPtr shown;
    SessionKind kind = SessionKind::chat;
    LoginId login;                         // see close_login()
    KeyId key{};                           // see close_key()
    Monotonic expires = Monotonic::max();  // closed with Wording::expired then
  };
  struct Attached {
    SessionId id;
    CacheId last_public;   // messages up to these are to be in the welcome,
    CacheId last_private;  // later ones follow live
  };
  // Registers a session and fixes its place; none when the user has too many.
  // The transport outlives the session.
  [[nodiscard]] std::optional<Attached> attach(const Newcomer& newcomer, Transport& transport, Monotonic now);

  // How a resuming client's public messages are to be found.
  enum class Resume : std::uint8_t { from_recent, from_store, reset };
  [[nodiscard]] Resume how_to_resume(CacheId since) const;
  // For Resume::from_recent, in the same turn as attach(): what came after `since`
  // and before the session's place; null: nothing. What is delivered later follows live.
  [[nodiscard]] FramePtr missed_since(SessionId id, CacheId since) const;

  struct Welcome {
    FramePtr prologue;  // sent before anything else (the 101 response); may be null
    // Nothing: the recent messages. An id: what came after it, from the recent
    // ones, or the whole with "reset" (see how_to_resume). A frame, maybe null:
    // read by the caller, up to Attached::last_public.
    std::variant<std::monostate, CacheId, FramePtr> messages;
    FramePtr private_messages;  // null: none
    FramePtr deleted;           // null: nothing was
  };
  // Makes the session live. False when it fell off the feed or was closed meanwhile:
  // the client is to be refused.
  [[nodiscard]] bool welcome(SessionId id, const Welcome& welcome, Monotonic now);

  // The connection is gone; forgets the session. Last call for this id.
  struct Departed {
    User user;
    SessionKind kind = SessionKind::chat;
    bool was_live = false;
    std::uint16_t close_code = 0;  // sent or received first; 0: it broke off
  };
  [[nodiscard]] Departed detach(SessionId id, Monotonic now);

  // Something arrived; `partial`: an unfinished frame remains.
  void heard(SessionId id, bool partial, Monotonic now);
  void pong(SessionId id, std::string_view payload, Monotonic now);
  void on_writable(SessionId id, Monotonic now);
  // Empty: to everything.
  void subscribe(SessionId id, std::vector<ChannelId> channels);
  void renew(SessionId id, LoginId login, KeyId key, Monotonic expires);
  [[nodiscard]] std::int64_t count_refused(SessionId id, Monotonic now, std::chrono::seconds window);

  // Sends the close frame after the frame that is half out, or after everything
  // that the session has not had yet; its connection ends when the peer has
  // answered, or by force after keepalive.close.
  enum class After : std::uint8_t { current_frame, everything };
  void close(SessionId id, const Close& close, After after, Monotonic now);
  // Nothing that the peer still sends can be understood (RFC 6455 §7.1.7): closes, and then does not wait
  // for its close frame.
  void fail(SessionId id, const Close& close, Monotonic now);
  // The peer's close frame arrived: answers it.
  void peer_closed(SessionId id, const Close& echo, Monotonic now);
  void close_user(const UserId& user, const Close& close, Monotonic now);
  // The sessions that came of one login. Looks at those of `user` alone, or, where
  // that is not known, at all.
  void close_login(LoginId login, const std::optional<UserId>& user, const Close& close, Monotonic now);
  // The sessions that live by a token which that key has signed.
  void close_key(KeyId key, const Close& close, Monotonic now);
  void close_all(const Close& close, Monotonic now);
  // Without a word: the time for closing is up.
  void abort_all();

  // --- the loop -----------------------------------------------------------
  [[nodiscard]] bool wants_flush() const noexcept { return flush_all_ || !dirty_.empty(); }
  void flush(Monotonic now);
  void tick(Monotonic now);

  [[nodiscard]] bool is_open(SessionId id) const;  // live, and no close frame was sent
  [[nodiscard]] const User& user(SessionId id) const { return *session(id).member.shown->user; }
  [[nodiscard]] SessionKind kind(SessionId id) const { return session(id).kind; }
  [[nodiscard]] std::size_t sessions() const noexcept { return sessions_.size(); }
  [[nodiscard]] std::size_t online() const noexcept { return roster_.online(); }
  [[nodiscard]] CacheId last_public() const noexcept { return last_public_; }
  [[nodiscard]] const ShardCounters& counters() const noexcept { return counters_; }

 private:
  [[nodiscard]] Session* find(SessionId id);
  [[nodiscard]] const Session& session(SessionId id) const;

  // shard_flush.cpp
  void append_to_feed(std::string_view frame, ChannelId channel, CacheId message, Monotonic now);
  [[nodiscard]] bool is_still_to_come(const Session& session, const Original& original) const;
  void cut_before(std::uint64_t first, Monotonic now);
  void push(Session& session, FramePtr frame, Counted counted, Monotonic now);
  void mark(Session& session);
  void flush_session(Session& session, Monotonic now);
  void tell_presence(Session& session, Monotonic now);
  [[nodiscard]] bool take_presence_budget(Session& session, std::size_t bytes, Monotonic now);
  void cut(Session& session, Monotonic now);

  // shard_close.cpp
  void begin_close(Session& session, const Close& close, After after, Monotonic now);
  void push_close_frame(Session& session, FramePtr frame);
  void finish_close(Session& session);
  void end(Session& session, Ending how);
  void on_due(Session& session, Monotonic now);
  void schedule(Session& session);

  // shard_presence.cpp
  void arrive(Session& session);
  void leave(Member& member, Monotonic now);
  void leave_here(Member& member);
  void change_presence(const Member& member, Status status);
  void forget_if_gone(const Member& member);
  void end_graces(Monotonic now);
  void forget_offline(Monotonic now);
  void push_connected_users(Session& session);

  // Constant after construction.
  const Options options_;
  const Wording wording_;
  const OnPresence on_presence_;
  const double presence_overhead_;  // what a write costs of the presence budget, in bytes

  std::unordered_map<SessionId, std::unique_ptr<Session>> sessions_;
  std::vector<Session*> all_;  // the same, to walk over; Session::index
  std::unordered_set<std::unique_ptr<Member>, ByUser, ByUser> members_;
  std::uint64_t last_session_ = 0;

  std::size_t connections_per_user_;
  Feed feed_;
  std::uint64_t slowest_ = 0;  // no live session's cursor is before it
  Recent recent_;
  Roster roster_;
  FramePtr channels_;
  Figures figures_;
  CacheId last_public_;
  CacheId last_private_;

  Wheel wheel_;
  std::deque<std::pair<Monotonic, UserId>> graces_;  // in the order of their ends
  Monotonic forget_offline_at_;

  std::vector<Session*> dirty_;      // those with something in the outbox
  bool flush_all_ = false;           // everybody may have something to send
  bool presence_owed_ = false;       // somebody's budget was used up
  std::size_t unflushed_bytes_ = 0;  // appended to the feed since the last flush
  double presence_total_;            // what is left of the shard's presence budget
  Monotonic presence_total_filled_;
  std::size_t walk_from_ = 0;                 // where the last walk over all_ began
  std::optional<std::size_t> first_refused_;  // where in it the shard's presence budget ended
  std::vector<std::string_view> slices_;

  ShardCounters counters_;
};

}  // namespace chatserver::hub
