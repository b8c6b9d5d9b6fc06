#include "hub/feed.hpp"

#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::hub {
namespace {

std::string read(const Feed& feed, const Cursor& from, std::uint64_t end) {
  std::vector<std::string_view> slices;
  feed.slices(from, end, slices);
  EXPECT_LE(slices.size(), 2U);
  std::string bytes;
  for (const std::string_view slice : slices) bytes.append(slice);
  return bytes;
}

TEST(FeedTest, FramesLieBehindEachOtherInOneSlice) {
  Feed feed(32);
  feed.append("one", ChannelId(1));
  feed.append("two", ChannelId(2));
  std::vector<std::string_view> slices;
  feed.slices({0, 0}, feed.end(), slices);
  EXPECT_THAT(slices, testing::ElementsAre("onetwo"));
  EXPECT_EQ(feed.channel(1), ChannelId(2));
  EXPECT_EQ(feed.frame_bytes(1), 3U);
}

TEST(FeedTest, NextMessageIsTheFirstThatIsNotOut) {
  Feed feed(32);
  feed.append("one", ChannelId(1), CacheId(7));
  feed.append("all", ChannelId{});
  feed.append("two", ChannelId(2), CacheId(8));
  EXPECT_EQ(feed.next_message({0, 0}), CacheId(7));
  EXPECT_EQ(feed.next_message({0, 2}), CacheId(7)) << "half of it is out";
  EXPECT_EQ(feed.next_message({1, 0}), CacheId(8));
  EXPECT_EQ(feed.next_message({feed.end(), 0}), std::nullopt);
}

TEST(FeedTest, FrameOverTheSeamIsTwoSlices) {
  Feed feed(10);
  feed.append("aaaa", ChannelId(1));
  feed.append("bbbb", ChannelId(1));
  feed.append("cccc", ChannelId(1));
  std::vector<std::string_view> slices;
  feed.slices({2, 0}, feed.end(), slices);
  EXPECT_THAT(slices, testing::ElementsAre("cc", "cc"));
}

TEST(FeedTest, NothingIsReadAtTheEnd) {
  Feed feed(10);
  EXPECT_EQ(read(feed, {0, 0}, feed.end()), "");
  feed.append("aaaa", ChannelId(1));
  EXPECT_EQ(read(feed, {1, 0}, feed.end()), "");
}

TEST(FeedTest, OldestFramesMakeRoom) {
  Feed feed(10);
  feed.append("aaaa", ChannelId(1));
  feed.append("bbbb", ChannelId(1));
  EXPECT_EQ(feed.first_after(2), 0U);
  EXPECT_EQ(feed.first_after(3), 1U);
  feed.append("ccc", ChannelId(1));
  EXPECT_EQ(feed.first(), 1U);
  EXPECT_EQ(feed.end(), 3U);
  EXPECT_FALSE(feed.holds({0, 3}));
  EXPECT_TRUE(feed.holds({1, 0}));
}

TEST(FeedTest, AdvanceStopsWithinAFrameAndBetweenFrames) {
  Feed feed(32);
  for (const char* frame : {"one", "three", "four"}) feed.append(frame, ChannelId(1));
  EXPECT_EQ(feed.advance({0, 0}, 2, 3), (Cursor{0, 2}));
  EXPECT_EQ(feed.advance({0, 2}, 1, 3), (Cursor{1, 0}));
  EXPECT_EQ(feed.advance({0, 1}, 6, 3), (Cursor{1, 4}));
  EXPECT_EQ(feed.advance({1, 4}, 5, 3), (Cursor{3, 0}));
  EXPECT_EQ(feed.advance({1, 2}, 3, 2), (Cursor{2, 0}));
}

// Against a list of whole frames: what a reader at a random place reads in random steps.
TEST(FeedTest, ReadsWhatWasAppendedUnderRandomUse) {
  std::mt19937 random(20260101);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  constexpr std::size_t bytes_max = 97;
  Feed feed(bytes_max);
  std::deque<std::string> kept;
  std::uint64_t first = 0;
  std::size_t kept_bytes = 0;
  Cursor reader;
  for (int step = 0; step < 20'000; ++step) {
    if (below(3) == 0) {
      const std::string frame(1 + below(bytes_max / 2), static_cast<char>('a' + step % 26));
      const std::uint64_t expected_first = feed.first_after(frame.size());
      feed.append(frame, ChannelId(step));
      kept.push_back(frame);
      kept_bytes += frame.size();
      while (kept_bytes > bytes_max) {
        kept_bytes -= kept.front().size();
        kept.pop_front();
        ++first;
      }
      ASSERT_EQ(feed.first(), expected_first);
      ASSERT_EQ(feed.first(), first);
      ASSERT_EQ(feed.end(), first + kept.size());
      if (!feed.holds(reader)) reader = {first, 0};
      continue;
    }
    const std::uint64_t end = reader.frame + below(feed.end() - reader.frame + 1);
    if (end == reader.frame) continue;
    std::string expected;
    for (std::uint64_t i = reader.frame; i < end; ++i) expected += kept[i - first];
    expected.erase(0, reader.sent);
    ASSERT_EQ(read(feed, reader, end), expected);
    const std::size_t taken = below(expected.size() + 1);
    reader = feed.advance(reader, taken, end);
    ASSERT_EQ(read(feed, reader, end), expected.substr(taken));
  }
}

}  // namespace
}  // namespace chatserver::hub
