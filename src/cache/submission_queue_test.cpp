#include "cache/submission_queue.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::cache {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t waiting_max = 100;
constexpr std::size_t text_bytes = 1000;
constexpr std::size_t bytes_max = 20 * text_bytes;

Submission long_one() {
  return {.origin = {}, .author = {}, .to = ChannelId(1), .text = std::string(text_bytes, 'x'), .nonce = ""};
}

std::vector<Submission> long_ones(std::size_t count) {
  std::vector<Submission> many;
  for (std::size_t i = 0; i < count; ++i) many.push_back(long_one());
  return many;
}

std::vector<Refusal> refused(SubmissionQueue& queue) {
  Delivery delivery;
  queue.poll_refused_into(delivery);
  return delivery.refusals;
}

TEST(SubmissionQueue, IsBoundedInBytesHoweverManyMayWait) {
  SubmissionQueue queue(waiting_max, bytes_max);
  std::size_t refused_at_once = 0;
  for (int i = 0; i < 40; ++i) refused_at_once += queue.submit(long_one()).size();
  const std::size_t waiting = queue.poll_all().size();
  EXPECT_GT(waiting, 10U);
  EXPECT_LT(waiting, 20U);
  EXPECT_EQ(refused_at_once, 40 - waiting);
  EXPECT_THAT(refused(queue), IsEmpty());
}

TEST(SubmissionQueue, OfWhatComesTogetherItTakesWhatFits) {
  SubmissionQueue queue(waiting_max, bytes_max);
  const std::size_t refused_at_once = queue.submit_all(long_ones(40)).size();
  const std::size_t waiting = queue.poll_all().size();
  EXPECT_GT(waiting, 10U);
  EXPECT_LT(waiting, 20U);
  EXPECT_EQ(refused_at_once, 40 - waiting);
}

TEST(SubmissionQueue, HasRoomAgainForWhatWasPolledAndForWhatItDidNotTake) {
  SubmissionQueue queue(5, bytes_max);
  for (int round = 0; round < 50; ++round) {
    (void)queue.submit_all(long_ones(8));   // too many, by count
    (void)queue.submit_all(long_ones(40));  // by bytes
    (void)queue.submit(long_one());
    EXPECT_THAT(queue.poll(2), SizeIs(2));
    EXPECT_THAT(queue.poll_all(), SizeIs(3));
    EXPECT_THAT(refused(queue), SizeIs(5));
  }
}

TEST(SubmissionQueue, ClosedItTakesNothing) {
  SubmissionQueue queue(waiting_max, bytes_max);
  queue.close();
  queue.close_refused();
  EXPECT_THAT(queue.submit_all(long_ones(3)), SizeIs(3));
  EXPECT_THAT(queue.poll_all(), IsEmpty());
}

}  // namespace
}  // namespace chatserver::cache
