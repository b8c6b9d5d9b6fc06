#include "websocket/frame.hpp"

#include "base/check.hpp"

namespace chatserver::websocket {
namespace {

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
}

// The longest front of `utf8` that has at most `bytes_max` bytes and ends with a whole code point.
std::string_view cut(std::string_view utf8, std::size_t bytes_max) {
  if (utf8.size() <= bytes_max) return utf8;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80) --end;
  return utf8.substr(0, end);
}

}  // namespace

void append_frame_header(std::string& out, Opcode opcode, std::uint64_t payload_bytes) {
  check(opcode < Opcode::close || payload_bytes <= control_payload_bytes_max, "a control frame is short");
  constexpr std::uint8_t fin = 0x80;
  out += static_cast<char>(fin | static_cast<std::uint8_t>(opcode));
  if (payload_bytes < 126) {
    out += static_cast<char>(payload_bytes);
  } else if (payload_bytes <= 0xFFFF) {
    out += char{126};
    append_big_endian(out, payload_bytes, 2);
  } else {
    out += char{127};
    append_big_endian(out, payload_bytes, 8);
  }
}

std::string encode_frame(Opcode opcode, std::string_view payload) {
  constexpr std::size_t header_bytes_max = 10;
  std::string frame;
  frame.reserve(header_bytes_max + payload.size());
  append_frame_header(frame, opcode, payload.size());
  frame += payload;
  return frame;
}

std::string encode_close(std::uint16_t code, std::string_view reason) {
  std::string payload;
  append_big_endian(payload, code, 2);
  payload += cut(reason, close_reason_bytes_max);
  return encode_frame(Opcode::close, payload);
}

}  // namespace chatserver::websocket
