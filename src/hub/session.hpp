#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "hub/feed.hpp"
#include "hub/outbox.hpp"
#include "hub/roster.hpp"
#include "hub/transport.hpp"
#include "hub/wheel.hpp"
#include "model/user.hpp"

namespace chatserver::hub {

// A session within its shard: never given out twice.
using SessionId = StrongId<struct SessionIdTag, std::uint64_t>;

// Who a session is for: a chat user is present, a dashboard only looks on.
enum class SessionKind : std::uint8_t { chat, dashboard };

struct Member;  // a user with sessions on this shard, see shard.hpp

// One connection as the hub sees it: what it has had, what is still to come, and
// when it was last heard. Only its shard touches it.
//
// What is sent, in this order: the rest of a feed frame that is half out, the
// outbox, the feed from the cursor. So frames never mix, and what is for this
// session alone waits for one frame at most.
//
// Threading: shard.
class Session : public Wheel::Hook {
 public:
  enum class State : std::uint8_t {
    joining,  // attached: its place in the feed is fixed, its welcome is being read
    live,
    closing,  // the close frame is in the outbox or out: nothing else follows it
  };

  Session(SessionId id, Member& member, SessionKind kind, LoginId login, Transport& transport, Cursor cursor,
          Monotonic now)
      : id(id),
        member(member),
        transport(transport),
        cursor(cursor),
        login(login),
        last_heard(now),
        last_pinged(now),
        kind(kind) {}

  // Appends to `out` what is to be written next, at most about `slices_max`.
  // Moves the cursor over frames of channels that the session did not subscribe to.
  void plan(const Feed& feed, std::size_t slices_max, std::vector<std::string_view>& out);

  // Takes note that so many of the planned bytes are out; returns how many feed
  // frames were completed by it.
  std::size_t consume(const Feed& feed, std::size_t bytes);

  [[nodiscard]] bool wants_write(const Feed& feed) const {
    return (outbox && !outbox->empty()) || cursor.sent > 0 ||
           (state == State::live && cursor.frame < feed.end());
  }

  // Puts a frame into the outbox.
  void push(FramePtr frame, Counted counted, Piece piece = Piece::last);

  // Saves the rest of a feed frame that is half out, before the feed forgets it.
  void keep_rest(const Feed& feed);

  [[nodiscard]] bool subscribed_to(ChannelId channel) const;

  // Counts a refused frame; returns how many there were in the current window.
  std::int64_t count_refused(Monotonic now, std::chrono::seconds window);

  const SessionId id;
  Member& member;
  Session* next_of_member = nullptr;
  Transport& transport;
  Cursor cursor;
  LoginId login;                                       // whose token it lives by
  KeyId key;                                           // that signed it
  std::unique_ptr<Outbox> outbox;                      // null while there is nothing in it
  std::unique_ptr<std::vector<ChannelId>> subscribed;  // null: to everything; else sorted
  Told told;
  double presence_bytes = 0;  // what it may be told of presence just now
  Monotonic presence_filled;  // when that was last reckoned

  FramePtr farewell;  // the close frame to send once everything else is out; null: none

  Monotonic last_heard;
  Monotonic last_pinged;
  Monotonic expires = Monotonic::max();
  Monotonic partial_since = Monotonic::max();  // an unfinished frame
  Monotonic close_by = Monotonic::max();       // end of the close handshake
  Monotonic refused_since;                     // begin of the window that `refused` counts
  std::int32_t refused = 0;
  std::uint32_t index = 0;  // in the shard's list of sessions
  std::uint16_t close_code = 0;
  SessionKind kind;
  State state = State::joining;
  bool blocked = false;      // the socket is full
  bool in_dirty = false;     // is in the shard's list of those to flush
  bool peer_closed = false;  // the peer's close frame is here
  bool failed = false;       // what the peer sends is not understood; it has not been told the end yet
  bool was_live = false;     // it was welcomed once
  bool ended = false;        // the transport was told to end
};

}  // namespace chatserver::hub
