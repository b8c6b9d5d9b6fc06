#pragma once

#include <chrono>
#include <cstddef>

namespace chatserver::hub {

struct PresenceOptions {
  // A user who is back within it never went offline.
  std::chrono::milliseconds grace{3000};

  // What one session is told of presence at most, and a whole node, in bytes.
  std::size_t bytes_per_second = 16 * 1024;
  std::size_t bytes_per_second_total = 64 * 1024 * 1024;

  // Users in the first `connected_users`; the others follow within the budget.
  std::size_t listed_max = 1000;
};

struct KeepaliveOptions {
  std::chrono::milliseconds ping{30'000};  // silence after which the server pings
  std::chrono::milliseconds idle{75'000};  // silence after which the session is dropped

  // A message that has begun must be complete within it, and a close handshake answered.
  std::chrono::milliseconds frame{30'000};
  std::chrono::milliseconds close{5'000};

  // What a session that was closed as too slow gets for the close frame, then it is reset.
  std::chrono::milliseconds slow_close{10'000};
};

struct Options {
  // Ring of broadcast frames, in bytes a shard: how far a session may fall behind.
  std::size_t feed_bytes = 16 * 1024 * 1024;

  // Frames waiting for one session alone (whispers, errors, pongs), in bytes.
  std::size_t outbox_bytes = 256 * 1024;

  // Recent public messages in the welcome, and in a resumed one at most.
  std::size_t recent_messages = 500;
  std::size_t resume_messages_max = 1000;

  std::size_t connections_per_user = 20;  // 0: no limit

  // Between two of the figures that a dashboard is shown.
  std::chrono::milliseconds analytics_interval{2000};

  PresenceOptions presence;
  KeepaliveOptions keepalive;
};

}  // namespace chatserver::hub
