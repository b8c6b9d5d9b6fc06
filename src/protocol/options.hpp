#pragma once

#include <cstddef>

namespace chatserver::protocol {

// Bounds of what clients may send.
struct Options {
  // Code points of a message's text.
  std::size_t message_chars = 1000;

  // Payload of one WebSocket message; above it the connection ends with 1009.
  std::size_t frame_bytes = std::size_t{16} * 1024;
};

inline constexpr std::size_t nonce_bytes_max = 64;
inline constexpr std::size_t channel_name_chars_max = 24;
inline constexpr std::size_t username_chars_max = 64;
inline constexpr int json_depth_max = 8;
inline constexpr std::size_t subscribe_channels_max = 256;

}  // namespace chatserver::protocol
