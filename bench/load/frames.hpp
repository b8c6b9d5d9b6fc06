#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace chatserver::bench {

// The little of RFC 6455 that a load generator needs, at the least cost a frame.

enum class Opcode : std::uint8_t { text = 1, close = 8, ping = 9, pong = 10 };

struct ServerFrame {
  Opcode opcode;
  std::string_view payload;  // valid during the call
  std::size_t wire_bytes;    // header included
};

// Calls `on_frame(const ServerFrame&)` for each whole frame at the front of `bytes` and returns
// how many bytes they took; what is left is part of a frame. Our server neither
// masks nor fragments: either throws. Threading: pure.
template <class OnFrame>
std::size_t scan_frames(std::span<const char> bytes, OnFrame&& on_frame) {
  std::size_t at = 0;
  while (bytes.size() - at >= 2) {
    const auto* head = reinterpret_cast<const unsigned char*>(bytes.data()) + at;
    if ((head[0] & 0xF0U) != 0x80U || (head[1] & 0x80U) != 0) {
      throw std::runtime_error("the server sent a frame that is fragmented, masked or has reserved bits");
    }
    const std::size_t left = bytes.size() - at;
    std::size_t length = head[1];
    std::size_t header = 2;
    if (length == 126) {
      header = 4;
      if (left < header) break;
      length = static_cast<std::size_t>(head[2]) << 8U | head[3];
    } else if (length == 127) {
      header = 10;
      if (left < header) break;
      length = 0;
      for (std::size_t i = 2; i < header; ++i) length = length << 8U | head[i];
    }
    if (left - header < length) break;
    on_frame(ServerFrame{static_cast<Opcode>(head[0] & 0x0FU),
                         std::string_view(bytes.data() + at + header, length), header + length});
    at += header + length;
  }
  return at;
}

// Appends a server's header for a payload of that length (for tests and for the
// raw writer that the server is compared with).
void append_server_header(std::string& out, Opcode opcode, std::size_t payload_bytes);

// Appends one masked frame. The key is always the same: nobody attacks a proxy here.
void append_client_frame(std::string& out, Opcode opcode, std::string_view payload);

// Value of the envelope's first member, `type`; empty when it is not there.
[[nodiscard]] inline std::string_view frame_type(std::string_view payload) noexcept {
  constexpr std::string_view start = R"({"type":)";
  if (!payload.starts_with(start)) return {};
  payload.remove_prefix(start.size());
  if (payload.starts_with(' ')) payload.remove_prefix(1);
  if (!payload.starts_with('"')) return {};
  payload.remove_prefix(1);
  const void* quote = std::memchr(payload.data(), '"', payload.size());
  if (quote == nullptr) return {};
  return payload.substr(0, static_cast<std::size_t>(static_cast<const char*>(quote) - payload.data()));
}

}  // namespace chatserver::bench
