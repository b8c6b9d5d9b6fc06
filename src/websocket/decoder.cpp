#include "websocket/decoder.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "base/check.hpp"

namespace chatserver::websocket {
namespace {

constexpr std::uint64_t short_length_max = 125;  // above it, 126 and 127 announce 2 and 8 bytes of length

Violation protocol_error(std::string_view reason) {
  return {1002, reason};
}
Violation unsupported(std::string_view reason) {
  return {1003, reason};
}
Violation invalid_utf8(std::string_view reason) {
  return {1007, reason};
}
Violation too_large(std::string_view reason) {
  return {1009, reason};
}

// RFC 6455 §7.4 and the codes IANA has registered since.
bool may_be_sent(std::uint16_t close_code) {
  return (close_code >= 1000 && close_code <= 1003) || (close_code >= 1007 && close_code <= 1014) ||
         (close_code >= 3000 && close_code <= 4999);
}

// RFC 6455 §5.3; `offset` is where in the frame's payload `bytes` begin.
void unmask(std::span<char> bytes, std::array<char, 4> mask, std::size_t offset) {
  std::array<char, 8> key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = mask[(offset + i) % mask.size()];
  std::uint64_t key_word = 0;
  std::memcpy(&key_word, key.data(), sizeof key_word);

  std::size_t at = 0;
  for (; at + sizeof key_word <= bytes.size(); at += sizeof key_word) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    word ^= key_word;
    std::memcpy(bytes.data() + at, &word, sizeof word);
  }
  for (std::size_t i = 0; at < bytes.size(); ++at, ++i) bytes[at] = static_cast<char>(bytes[at] ^ key[i]);
}

}  // namespace

Decoder::Decoder(std::size_t message_bytes_max)
    : message_bytes_max_(static_cast<std::uint32_t>(message_bytes_max)) {
  check(message_bytes_max <= std::numeric_limits<std::uint32_t>::max(), "a message is below 4 GiB");
}

std::expected<Decoded, Violation> Decoder::feed(std::span<char> bytes, Sink& sink) {
  while (!bytes.empty() && stage_ != Stage::ended) {
    Fault fault;
    std::size_t taken = 1;
    if (stage_ == Stage::payload) {
      taken = std::min<std::uint64_t>(bytes.size(), length_ - received_);
      fault = take_payload(bytes.first(taken), sink);
    } else {
      fault = take_header_byte(static_cast<std::uint8_t>(bytes.front()), sink);
    }
    if (fault) {
      end();
      return std::unexpected(*fault);
    }
    bytes = bytes.subspan(taken);
  }
  return stage_ == Stage::ended ? Decoded::stopped : Decoded::all;
}

Decoder::Fault Decoder::take_header_byte(std::uint8_t byte, Sink& sink) {
  switch (stage_) {
    case Stage::first_byte:
      return take_first_byte(byte);
    case Stage::length:
      return take_length(byte);
    case Stage::length16:
    case Stage::length64:
      return take_long_length(byte);
    case Stage::mask:
      mask_[mask_.size() - header_bytes_left_] = static_cast<char>(byte);
      if (--header_bytes_left_ > 0) return std::nullopt;
      stage_ = Stage::payload;
      return length_ == 0 ? take_payload({}, sink) : std::nullopt;
    case Stage::payload:
    case Stage::ended:
      break;
  }
  check_failed("no header byte is due", std::source_location::current());
}

Decoder::Fault Decoder::take_first_byte(std::uint8_t byte) {
  if ((byte & 0x70) != 0) return protocol_error("reserved bit set");
  final_ = (byte & 0x80) != 0;
  opcode_ = static_cast<Opcode>(byte & 0x0F);
  switch (opcode_) {
    case Opcode::continuation:
      if (!in_message_) return protocol_error("continuation of no message");
      break;
    case Opcode::text:
    case Opcode::binary:
      if (in_message_) return protocol_error("new message inside a fragmented one");
      if (opcode_ == Opcode::binary) return unsupported("binary frames are not accepted");
      in_message_ = true;
      break;
    case Opcode::close:
    case Opcode::ping:
    case Opcode::pong:
      if (!final_) return protocol_error("fragmented control frame");
      break;
    default:
      return protocol_error("reserved opcode");
  }
  stage_ = Stage::length;
  return std::nullopt;
}

Decoder::Fault Decoder::take_length(std::uint8_t byte) {
  if ((byte & 0x80) == 0) return protocol_error("frame not masked");
  length_ = byte & 0x7F;
  received_ = 0;
  if (is_control() && length_ > control_payload_bytes_max) return protocol_error("control frame too long");
  if (length_ <= short_length_max) return take_whole_length();

  header_bytes_left_ = length_ == 126 ? 2 : 8;
  length_ = 0;
  stage_ = header_bytes_left_ == 2 ? Stage::length16 : Stage::length64;
  return std::nullopt;
}

// RFC 6455 §5.2: the shortest form must be used, and the top bit of 64 is 0.
Decoder::Fault Decoder::take_long_length(std::uint8_t byte) {
  length_ = length_ << 8 | byte;
  if (--header_bytes_left_ > 0) return std::nullopt;

  const std::uint64_t shorter_form_max = stage_ == Stage::length16 ? short_length_max : 0xFFFF;
  if (length_ <= shorter_form_max) return protocol_error("length not in its shortest form");
  if (length_ >> 63 != 0) return protocol_error("length with its top bit set");
  return take_whole_length();
}

Decoder::Fault Decoder::take_whole_length() {
  if (!is_control() && length_ > message_bytes_max_ - message_bytes_) return too_large("message too large");
  header_bytes_left_ = static_cast<std::uint8_t>(mask_.size());
  stage_ = Stage::mask;
  return std::nullopt;
}

Decoder::Fault Decoder::take_payload(std::span<char> masked, Sink& sink) {
  unmask(masked, mask_, received_);
  received_ += static_cast<std::uint32_t>(masked.size());
  if (frame_complete()) stage_ = Stage::first_byte;
  const std::string_view piece(masked.data(), masked.size());
  return is_control() ? take_control(piece, sink) : take_data(piece, sink);
}

Decoder::Fault Decoder::take_data(std::string_view piece, Sink& sink) {
  const bool last_piece = frame_complete() && final_;
  if (last_piece && opcode_ == Opcode::text && piece.size() == length_) {
    if (!valid_utf8(piece)) return invalid_utf8("invalid UTF-8");
    in_message_ = false;
    deliver_text(piece, sink);
    return std::nullopt;
  }

  if (!utf8_.feed(piece)) return invalid_utf8("invalid UTF-8");
  buffer_ += piece;
  message_bytes_ += static_cast<std::uint32_t>(piece.size());
  if (!last_piece) return std::nullopt;

  if (!utf8_.complete()) return invalid_utf8("invalid UTF-8");
  const std::string message = std::exchange(buffer_, {});
  message_bytes_ = 0;
  in_message_ = false;
  deliver_text(message, sink);
  return std::nullopt;
}

void Decoder::deliver_text(std::string_view text, Sink& sink) {
  if (!sink.on_message(text)) end();
}

Decoder::Fault Decoder::take_control(std::string_view piece, Sink& sink) {
  if (piece.size() == length_) return deliver_control(piece, sink);

  buffer_ += piece;
  if (!frame_complete()) return std::nullopt;

  std::array<char, control_payload_bytes_max> payload{};
  const std::size_t bytes = buffer_.copy(payload.data(), payload.size(), message_bytes_);
  buffer_.resize(message_bytes_);
  if (buffer_.empty()) buffer_.shrink_to_fit();
  return deliver_control({payload.data(), bytes}, sink);
}

Decoder::Fault Decoder::deliver_control(std::string_view payload, Sink& sink) {
  if (opcode_ == Opcode::close) return deliver_close(payload, sink);
  const bool go_on = opcode_ == Opcode::ping ? sink.on_ping(payload) : sink.on_pong(payload);
  if (!go_on) end();
  return std::nullopt;
}

Decoder::Fault Decoder::deliver_close(std::string_view payload, Sink& sink) {
  std::uint16_t code = no_close_code;
  if (!payload.empty()) {
    if (payload.size() == 1) return protocol_error("close frame of one byte");
    code = static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8 |
                                      static_cast<std::uint8_t>(payload[1]));
    if (!may_be_sent(code)) return protocol_error("invalid close code");
    payload.remove_prefix(2);
    if (!valid_utf8(payload)) return invalid_utf8("close reason is invalid UTF-8");
  }
  end();
  sink.on_close(code, payload);
  return std::nullopt;
}

// The views that a sink was given point elsewhere than into `buffer_`.
void Decoder::end() {
  stage_ = Stage::ended;
  std::exchange(buffer_, {});
}

}  // namespace chatserver::websocket
