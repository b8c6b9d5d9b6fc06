#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "websocket/frame.hpp"

namespace chatserver::test {

// A frame as a client reads it.
struct ServerFrame {
  websocket::Opcode opcode = websocket::Opcode::text;
  std::string payload;

  // Of a close frame; 1005 when there is none.
  [[nodiscard]] std::uint16_t close_code() const {
    if (payload.size() < 2) return 1005;
    return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                      static_cast<unsigned char>(payload[1]));
  }
};

// The whole frames in what a server sent; `rest` is what is not one yet. Throws
// when the bytes are no frames a server may send (RFC 6455 §5.1, §5.2).
struct ServerFrames {
  std::vector<ServerFrame> frames;
  std::string_view rest;
};

inline ServerFrames read_server_frames(std::string_view bytes) {
  ServerFrames read;
  for (;;) {
    read.rest = bytes;
    if (bytes.size() < 2) return read;
    const auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(bytes[i])}; };
    const auto opcode = static_cast<websocket::Opcode>(byte(0) & 0x0F);
    const bool known = opcode == websocket::Opcode::text ||
                       (opcode >= websocket::Opcode::close && opcode <= websocket::Opcode::pong);
    if ((byte(0) & 0xF0) != 0x80 || (byte(1) & 0x80) != 0 || !known)
      throw std::runtime_error("not a server's frame");
    std::uint64_t length = byte(1);
    std::size_t header = 2;
    if (length >= 126) {
      const std::size_t extra = length == 126 ? 2 : 8;
      if (bytes.size() < header + extra) return read;
      length = 0;
      for (std::size_t i = 0; i < extra; ++i) length = length << 8 | byte(header + i);
      header += extra;
    }
    if (bytes.size() - header < length) return read;
    read.frames.push_back({opcode, std::string(bytes.substr(header, length))});
    bytes.remove_prefix(header + length);
  }
}

}  // namespace chatserver::test
