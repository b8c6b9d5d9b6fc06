#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "websocket/decoder.hpp"

namespace chatserver::websocket {

inline void PrintTo(const Violation& violation, std::ostream* os) {
  *os << violation.close_code << ' ' << violation.reason;
}

}  // namespace chatserver::websocket

// Frames as clients send them, and what a decoder makes of them; for unit tests.
namespace chatserver::websocket::test {

inline constexpr std::size_t message_bytes_max = 70'000;

// Writes down every call, one line each.
class RecordingSink final : public Sink {
 public:
  explicit RecordingSink(std::size_t calls_max = 1000) : calls_left_(calls_max) {}

  bool on_message(std::string_view text) override { return record("text ", text); }
  bool on_ping(std::string_view payload) override { return record("ping ", payload); }
  bool on_pong(std::string_view payload) override { return record("pong ", payload); }
  void on_close(std::uint16_t code, std::string_view reason) override {
    static_cast<void>(record("close " + std::to_string(code) + " ", reason));
  }

  std::vector<std::string> calls;

 private:
  bool record(std::string what, std::string_view payload) {
    calls.push_back(what.append(payload));
    return --calls_left_ > 0;
  }

  std::size_t calls_left_;
};

enum class Fin : std::uint8_t { more, last };

// How a client's frame differs from a plain one.
struct Shape {
  Fin fin = Fin::last;
  int length_bytes = 0;  // 0: the shortest form; else 1, 2 or 8
  std::uint8_t reserved_bits = 0;
};

inline std::string client_header(int opcode, std::uint64_t length, Shape shape = {}) {
  std::string out;
  out += static_cast<char>((shape.fin == Fin::last ? 0x80 : 0) | shape.reserved_bits | opcode);
  const int length_bytes = shape.length_bytes != 0 ? shape.length_bytes
                           : length < 126          ? 1
                           : length < 65536        ? 2
                                                   : 8;
  if (length_bytes == 1) return out += static_cast<char>(0x80 | length);
  out += static_cast<char>(length_bytes == 2 ? 0xFE : 0xFF);
  for (int i = length_bytes - 1; i >= 0; --i) out += static_cast<char>(length >> 8 * i & 0xFF);
  return out;
}

inline std::string client_frame(int opcode, std::string_view payload, Shape shape = {}) {
  constexpr char mask[] = {'\x37', '\xFA', '\x21', '\x3D'};
  std::string out = client_header(opcode, payload.size(), shape);
  out.append(mask, 4);
  for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ mask[i % 4]);
  return out;
}

inline std::string text_frame(std::string_view payload, Fin fin = Fin::last) {
  return client_frame(1, payload, {fin});
}
inline std::string more_frame(std::string_view payload, Fin fin = Fin::last) {
  return client_frame(0, payload, {fin});
}

struct Outcome {
  std::vector<std::string> calls;
  std::expected<Decoded, Violation> result;
  std::size_t bytes_taken = 0;  // when the outcome was certain, to the piece
  bool partial = false;

  [[nodiscard]] std::uint16_t violation() const { return result ? 0 : result.error().close_code; }
};

// `next_piece` gives the length of each piece; 0 means all that is left.
template <class NextPiece>
inline Outcome decode(std::string bytes, NextPiece next_piece) {
  RecordingSink sink;
  Decoder decoder(message_bytes_max);
  Outcome outcome{.calls = {}, .result = Decoded::all};
  std::span<char> left(bytes);
  while (!left.empty() && outcome.result == Decoded::all) {
    const std::size_t wanted = next_piece();
    const std::size_t take = wanted == 0 ? left.size() : std::min(wanted, left.size());
    outcome.result = decoder.feed(left.first(take), sink);
    left = left.subspan(take);
    outcome.bytes_taken += take;
  }
  outcome.calls = sink.calls;
  outcome.partial = decoder.partial();
  return outcome;
}

inline Outcome decode(std::string bytes) {
  return decode(std::move(bytes), [] { return std::size_t{0}; });
}
inline Outcome decode_bytewise(std::string bytes) {
  return decode(std::move(bytes), [] { return std::size_t{1}; });
}

}  // namespace chatserver::websocket::test
