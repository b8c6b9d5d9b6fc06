#include "hub/outbox.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::hub {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

FramePtr frame(std::string_view text) {
  return std::make_shared<const std::string>(text);
}

std::vector<std::string_view> waiting(const Outbox& outbox, std::size_t slices_max = 100) {
  std::vector<std::string_view> slices;
  outbox.slices(slices_max, slices);
  return slices;
}

TEST(OutboxTest, FramesLeaveInOrderByteByByte) {
  Outbox outbox;
  outbox.push(frame("one"), Counted::yes);
  outbox.push(frame("two"), Counted::yes);
  EXPECT_EQ(outbox.consume(2), 2U);
  EXPECT_THAT(waiting(outbox), ElementsAre("e", "two"));
  EXPECT_TRUE(outbox.mid_frame());
  EXPECT_EQ(outbox.consume(1), 1U);
  EXPECT_FALSE(outbox.mid_frame());
  EXPECT_EQ(outbox.consume(10), 3U);
  EXPECT_TRUE(outbox.empty());
  EXPECT_THAT(waiting(outbox), IsEmpty());
}

TEST(OutboxTest, SlicesAreLimited) {
  Outbox outbox;
  for (const char* text : {"one", "two", "three"}) outbox.push(frame(text), Counted::yes);
  EXPECT_THAT(waiting(outbox, 2), ElementsAre("one", "two"));
}

TEST(OutboxTest, CountsOnlyCountedFramesThatAreNotWhollyOut) {
  Outbox outbox;
  outbox.push(frame("shared"), Counted::no);
  outbox.push(frame("own"), Counted::yes);
  outbox.push(frame("more"), Counted::yes);
  EXPECT_EQ(outbox.counted_bytes(), 7U);
  outbox.consume(8);
  EXPECT_EQ(outbox.counted_bytes(), 7U);
  outbox.consume(1);
  EXPECT_EQ(outbox.counted_bytes(), 4U);
  outbox.drop_unsent();
  EXPECT_EQ(outbox.counted_bytes(), 0U);
}

TEST(OutboxTest, DropKeepsTheFrameThatIsHalfOut) {
  Outbox outbox;
  outbox.push(frame("one"), Counted::yes);
  outbox.push(frame("two"), Counted::yes);
  outbox.consume(1);
  outbox.drop_unsent();
  EXPECT_THAT(waiting(outbox), ElementsAre("ne"));
}

TEST(OutboxTest, DropBetweenFramesLeavesNothing) {
  Outbox outbox;
  outbox.push(frame("one"), Counted::yes);
  outbox.push(frame("two"), Counted::yes);
  outbox.consume(3);
  outbox.drop_unsent();
  EXPECT_TRUE(outbox.empty());
  outbox.push(frame("close"), Counted::no);
  EXPECT_THAT(waiting(outbox), ElementsAre("close"));
}

TEST(OutboxTest, DropKeepsEveryPieceOfTheFrameThatIsHalfOut) {
  for (const std::size_t sent : {1U, 4U, 6U}) {
    Outbox outbox;
    outbox.push(frame("head"), Counted::no, Piece::more);
    outbox.push(frame("body"), Counted::no, Piece::more);
    outbox.push(frame("tail"), Counted::no);
    outbox.push(frame("next"), Counted::no);
    outbox.consume(sent);
    EXPECT_TRUE(outbox.mid_frame());
    outbox.drop_unsent();
    std::string left;
    for (const std::string_view slice : waiting(outbox)) left.append(slice);
    EXPECT_EQ(left, std::string("headbodytail").substr(sent));
  }
}

TEST(OutboxTest, AppendTakesOverWhatWaits) {
  Outbox first;
  first.push(frame("welcome"), Counted::no);
  Outbox later;
  later.push(frame("gone"), Counted::yes);
  later.push(frame("whisper"), Counted::yes);
  later.consume(4);
  first.append(std::move(later));
  EXPECT_THAT(waiting(first), ElementsAre("welcome", "whisper"));
  EXPECT_EQ(first.counted_bytes(), 7U);
}

TEST(OutboxTest, RestOfAFrameGoesInFrontOfWhatIsNotOut) {
  Outbox outbox;
  outbox.push(frame("out"), Counted::yes);
  outbox.push(frame("waits"), Counted::yes);
  outbox.consume(3);
  outbox.push_front(frame("rest"));
  EXPECT_THAT(waiting(outbox), ElementsAre("rest", "waits"));
  EXPECT_EQ(outbox.counted_bytes(), 5U);
}

}  // namespace
}  // namespace chatserver::hub
