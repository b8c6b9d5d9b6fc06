// The first byte seeds the splits, the rest is what a client sends. However the
// bytes are split, the decoder must say the same and stay within its limits.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "base/check.hpp"
#include "websocket/decoder.hpp"

namespace {

using namespace chatserver;

constexpr std::size_t message_bytes_max = 4096;

class TranscriptSink final : public websocket::Sink {
 public:
  bool on_message(std::string_view text) override {
    check(text.size() <= message_bytes_max, "a message is within the limit");
    check(websocket::valid_utf8(text), "a message is UTF-8");
    return write('t', text);
  }
  bool on_ping(std::string_view payload) override { return write('p', payload); }
  bool on_pong(std::string_view payload) override { return write('q', payload); }
  void on_close(std::uint16_t code, std::string_view reason) override {
    check(websocket::valid_utf8(reason), "a close reason is UTF-8");
    write('c', std::to_string(code) + ' ' + std::string(reason));
  }

  std::string transcript;

 private:
  bool write(char kind, std::string_view payload) {
    transcript += kind + std::to_string(payload.size()) + ':';
    transcript += payload;
    return true;
  }
};

template <class NextPiece>
std::string transcript_of(std::string bytes, NextPiece next_piece) {
  TranscriptSink sink;
  websocket::Decoder decoder(message_bytes_max);
  std::span<char> left(bytes);
  while (!left.empty()) {
    const std::size_t take = std::min<std::size_t>(next_piece(), left.size());
    const auto result = decoder.feed(left.first(take), sink);
    if (!result) return sink.transcript + '!' + std::to_string(result.error().close_code);
    if (*result == websocket::Decoded::stopped) return sink.transcript + '.';
    left = left.subspan(take);
  }
  return sink.transcript + (decoder.partial() ? '+' : '-');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::minstd_rand random(data[0] + 1U);
  const std::string whole = transcript_of(bytes, [&] { return bytes.size(); });
  check(whole == transcript_of(bytes, [] { return 1U; }), "byte by byte is the same");
  check(whole == transcript_of(bytes, [&] { return 1 + random() % 32; }), "any split is the same");
  return 0;
}
