#include "load/frames.hpp"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace chatserver::bench {
namespace {

std::string server_frame(Opcode opcode, std::string_view payload) {
  std::string frame;
  append_server_header(frame, opcode, payload.size());
  return frame.append(payload);
}

std::vector<std::pair<Opcode, std::string>> scan(std::string_view bytes, std::size_t& consumed) {
  std::vector<std::pair<Opcode, std::string>> frames;
  consumed = scan_frames(bytes, [&](const ServerFrame& frame) {
    frames.emplace_back(frame.opcode, std::string(frame.payload));
  });
  return frames;
}

TEST(ScanFrames, ReadsEveryLengthForm) {
  for (const std::size_t length : {0UL, 125UL, 126UL, 65535UL, 65536UL}) {
    const std::string payload(length, 'x');
    std::size_t consumed = 0;
    const auto frames = scan(server_frame(Opcode::text, payload), consumed);
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].second, payload);
  }
}

TEST(ScanFrames, LeavesAFrameThatIsNotWhole) {
  const std::string whole = server_frame(Opcode::ping, "life");
  for (const std::size_t length : {10UL, 300UL, 70000UL}) {
    const std::string second = server_frame(Opcode::text, std::string(length, 'x'));
    for (const std::size_t part : {1UL, 3UL, second.size() - 1}) {
      std::size_t consumed = 0;
      const auto frames = scan(whole + second.substr(0, part), consumed);
      ASSERT_EQ(frames.size(), 1U);
      EXPECT_EQ(frames[0].first, Opcode::ping);
      EXPECT_EQ(consumed, whole.size());
    }
  }
}

TEST(ScanFrames, RefusesAFragment) {
  std::size_t consumed = 0;
  EXPECT_THROW(scan(std::string_view("\x01\x01x", 3), consumed), std::runtime_error);
}

TEST(ClientFrame, IsMasked) {
  std::string frame;
  append_client_frame(frame, Opcode::text, "hello");
  ASSERT_EQ(frame.size(), 2U + 4U + 5U);
  EXPECT_EQ(static_cast<unsigned char>(frame[1]), 0x80U | 5U);
  for (std::size_t i = 0; i < 5; ++i) frame[6 + i] = static_cast<char>(frame[6 + i] ^ frame[2 + i % 4]);
  EXPECT_EQ(frame.substr(6), "hello");
}

TEST(FrameType, IsFoundWithAndWithoutASpace) {
  EXPECT_EQ(frame_type(R"({"type":"error","sender":"Server"})"), "error");
  EXPECT_EQ(frame_type(R"({"type": "error"})"), "error");
  EXPECT_EQ(frame_type(R"({"sender":"Server","type":"error"})"), "");
  EXPECT_EQ(frame_type(R"({"type":)"), "");
}

}  // namespace
}  // namespace chatserver::bench
