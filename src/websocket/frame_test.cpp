#include "websocket/frame.hpp"

#include <gtest/gtest.h>

namespace chatserver::websocket {
namespace {

using namespace std::string_literals;

TEST(Frame, LengthsTakeTheirShortestForm) {
  struct Case {
    std::size_t payload_bytes;
    std::string header;
  };
  const Case cases[] = {
      {0, "\x81\x00"s},
      {125, "\x81\x7D"s},
      {126, "\x81\x7E\x00\x7E"s},
      {65535, "\x81\x7E\xFF\xFF"s},
      {65536, "\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00"s},
  };
  for (const Case& c : cases) {
    const std::string payload(c.payload_bytes, 'x');
    EXPECT_EQ(encode_frame(Opcode::text, payload), c.header + payload);
  }
}

TEST(Frame, HeaderAloneIsAppended) {
  std::string out = "before";
  append_frame_header(out, Opcode::text, 0x0102030405060708);
  EXPECT_EQ(out, "before\x81\x7F\x01\x02\x03\x04\x05\x06\x07\x08"s);
}

TEST(Frame, ControlFramesCarryUpTo125Bytes) {
  EXPECT_EQ(encode_frame(Opcode::ping, ""), "\x89\x00"s);
  EXPECT_EQ(encode_frame(Opcode::pong, std::string(125, 'x')), "\x8A\x7D"s + std::string(125, 'x'));
  EXPECT_DEATH(static_cast<void>(encode_frame(Opcode::ping, std::string(126, 'x'))), "control frame");
}

TEST(Frame, CloseCarriesCodeAndReason) {
  EXPECT_EQ(encode_close(1000, ""), "\x88\x02\x03\xE8"s);
  EXPECT_EQ(encode_close(4008, "too slow"), "\x88\x0A\x0F\xA8too slow"s);
}

TEST(Frame, CloseReasonIsCutBetweenCodePoints) {
  const std::string euro = "\xE2\x82\xAC";  // 3 bytes: 41 of them are 123
  std::string reason;
  for (int i = 0; i < 50; ++i) reason += euro;
  EXPECT_EQ(encode_close(4003, reason), "\x88\x7D\x0F\xA3"s + reason.substr(0, 123));
  EXPECT_EQ(encode_close(4003, "a" + reason), "\x88\x7B\x0F\xA3"s + "a" + reason.substr(0, 120));
  EXPECT_EQ(encode_close(4003, std::string(123, 'x')).size(), 127U);
}

}  // namespace
}  // namespace chatserver::websocket
