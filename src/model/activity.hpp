#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace chatserver {

// How many messages a channel has, under the name that they are shown with.
struct ChannelCount {
  std::string channel;
  std::int64_t message_count = 0;

  friend bool operator==(const ChannelCount&, const ChannelCount&) = default;
};

// The sessions that began on one day (UTC), and how long those of them took that have ended.
struct SessionDay {
  std::chrono::sys_days date;
  std::int64_t session_count = 0;
  std::chrono::microseconds total_duration{};

  friend bool operator==(const SessionDay&, const SessionDay&) = default;
};

}  // namespace chatserver
