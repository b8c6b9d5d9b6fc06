#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "websocket/frame.hpp"
#include "websocket/utf8_validator.hpp"

namespace chatserver::websocket {

// What a close frame without a code counts as (RFC 6455 §7.1.5).
inline constexpr std::uint16_t no_close_code = 1005;

// Takes what a Decoder finds. Views are valid during the call only. Each call
// but the last returns whether to go on: false once the session has ended.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;

  [[nodiscard]] virtual bool on_message(std::string_view text) = 0;  // whole and valid UTF-8
  [[nodiscard]] virtual bool on_ping(std::string_view payload) = 0;  // to be answered with the same bytes
  [[nodiscard]] virtual bool on_pong(std::string_view payload) = 0;
  virtual void on_close(std::uint16_t code, std::string_view reason) = 0;  // the last call
};

enum class Decoded : std::uint8_t {
  all,      // every byte was taken; the next ones may come
  stopped,  // the peer closed or the sink said stop: what follows is ignored
};

// Why the connection must be failed (RFC 6455 §7.1.7), with what to close it.
struct Violation {
  std::uint16_t close_code = 0;  // 1002, 1003, 1007 or 1009
  std::string_view reason;       // static

  friend bool operator==(const Violation&, const Violation&) = default;
};

// Decodes the frames of one client (RFC 6455, no extensions), handed to it in
// pieces of any size. Text only: a binary frame is a violation.
//
// A frame that lies whole in one piece is unmasked in place and passed on
// without a copy. What arrives in part is kept until its message is complete,
// grown with the bytes received, never by what a header promises.
//
// Threading: one thread; the sink must not destroy the decoder.
// Errors: invalid UTF-8 is reported at its first wrong byte, a message that is too
// long (all its fragments together) from the header that says so; what came before
// a violation has been passed on, what comes after it is ignored.
// Limits: `message_bytes_max` below 4 GiB; control frames have 125 bytes at most.
class Decoder {
 public:
  explicit Decoder(std::size_t message_bytes_max);

  // `bytes` are overwritten.
  [[nodiscard]] std::expected<Decoded, Violation> feed(std::span<char> bytes, Sink& sink);

  // Whether a frame or a fragmented message has begun and not ended.
  [[nodiscard]] bool partial() const noexcept {
    return stage_ != Stage::ended && (stage_ != Stage::first_byte || in_message_);
  }

 private:
  enum class Stage : std::uint8_t { first_byte, length, length16, length64, mask, payload, ended };
  using Fault = std::optional<Violation>;

  [[nodiscard]] Fault take_header_byte(std::uint8_t byte, Sink& sink);
  [[nodiscard]] Fault take_first_byte(std::uint8_t byte);
  [[nodiscard]] Fault take_length(std::uint8_t byte);
  [[nodiscard]] Fault take_long_length(std::uint8_t byte);
  [[nodiscard]] Fault take_whole_length();
  [[nodiscard]] Fault take_payload(std::span<char> masked, Sink& sink);
  [[nodiscard]] Fault take_data(std::string_view piece, Sink& sink);
  [[nodiscard]] Fault take_control(std::string_view piece, Sink& sink);
  [[nodiscard]] Fault deliver_control(std::string_view payload, Sink& sink);
  [[nodiscard]] Fault deliver_close(std::string_view payload, Sink& sink);
  void deliver_text(std::string_view text, Sink& sink);
  void end();

  [[nodiscard]] bool is_control() const noexcept { return opcode_ >= Opcode::close; }
  [[nodiscard]] bool frame_complete() const noexcept { return received_ == length_; }

  // Bytes of the unfinished message, then those of an unfinished control frame
  // that came between its fragments. Empty, and not on the heap, when nothing is partial.
  std::string buffer_;

  std::uint64_t length_ = 0;         // of the frame's payload, as far as its header was read
  std::uint32_t received_ = 0;       // of that payload
  std::uint32_t message_bytes_ = 0;  // of the unfinished message, at the front of `buffer_`
  std::uint32_t message_bytes_max_;
  std::array<char, 4> mask_{};
  Utf8Validator utf8_;  // has seen those `message_bytes_`

  Stage stage_ = Stage::first_byte;
  Opcode opcode_ = Opcode::continuation;
  bool final_ = false;                  // FIN of the frame
  bool in_message_ = false;             // a text message has begun and not ended
  std::uint8_t header_bytes_left_ = 0;  // of the long length or of the mask
};

static_assert(sizeof(Decoder) <= 64, "every idle session pays for it");

}  // namespace chatserver::websocket
