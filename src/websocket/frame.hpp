#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chatserver::websocket {

// RFC 6455 §5.2.
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

inline constexpr std::size_t control_payload_bytes_max = 125;
inline constexpr std::size_t close_reason_bytes_max = control_payload_bytes_max - 2;

// Frames a server sends: unmasked, whole, in the shortest encoding of the
// length. The payload of a control frame has at most 125 bytes; more is a bug.
// Threading: pure.
[[nodiscard]] std::string encode_frame(Opcode opcode, std::string_view payload);

// Appends the header alone, for a payload that is sent from elsewhere.
void append_frame_header(std::string& out, Opcode opcode, std::uint64_t payload_bytes);

// A reason above 123 bytes is cut before the code point that does not fit. `reason` is UTF-8.
[[nodiscard]] std::string encode_close(std::uint16_t code, std::string_view reason);

}  // namespace chatserver::websocket
