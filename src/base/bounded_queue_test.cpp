#include "base/bounded_queue.hpp"

#include <memory>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t all = 1000;

TEST(BoundedQueue, GivesOutWhatGatheredInOrder) {
  BoundedQueue<int> queue(10);
  for (const int item : {1, 2, 3}) ASSERT_EQ(queue.push(int{item}), Pushed::accepted);
  EXPECT_THAT(queue.poll(all), ElementsAre(1, 2, 3));
  EXPECT_THAT(queue.poll(all), IsEmpty());
}

TEST(BoundedQueue, PollsInPartsWithoutLosingTheOrder) {
  BoundedQueue<int> queue(10);
  for (const int item : {1, 2, 3}) ASSERT_EQ(queue.push(int{item}), Pushed::accepted);
  EXPECT_THAT(queue.poll(2), ElementsAre(1, 2));
  ASSERT_EQ(queue.push(4), Pushed::accepted);
  EXPECT_THAT(queue.poll(2), ElementsAre(3));
  EXPECT_THAT(queue.poll(2), ElementsAre(4));
  EXPECT_TRUE(queue.empty());
}

TEST(BoundedQueue, LeavesAnItemUntouchedWhenFull) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  ASSERT_EQ(queue.push(std::make_unique<int>(1)), Pushed::accepted);
  auto second = std::make_unique<int>(2);
  EXPECT_EQ(queue.push(std::move(second)), Pushed::full);
  EXPECT_NE(second, nullptr);
}

TEST(BoundedQueue, CountsWhatIsNotPolledYetAgainstItsBound) {
  BoundedQueue<int> queue(3);
  for (const int item : {1, 2, 3}) ASSERT_EQ(queue.push(int{item}), Pushed::accepted);
  EXPECT_THAT(queue.poll(1), ElementsAre(1));
  EXPECT_EQ(queue.push(4), Pushed::accepted);
  EXPECT_EQ(queue.push(5), Pushed::full);
}

TEST(BoundedQueue, GivesOutWhatItAcceptedBeforeItWasClosed) {
  BoundedQueue<int> queue(3);
  ASSERT_EQ(queue.push(1), Pushed::accepted);
  queue.close();
  EXPECT_EQ(queue.push(2), Pushed::closed);
  EXPECT_TRUE(queue.wait());
  EXPECT_THAT(queue.poll(all), ElementsAre(1));
  EXPECT_FALSE(queue.wait());
}

TEST(BoundedQueue, RemembersThatItWasWoken) {
  BoundedQueue<int> queue(3);
  queue.wake();
  EXPECT_TRUE(queue.wait());
  EXPECT_THAT(queue.poll(all), IsEmpty());
}

TEST(BoundedQueue, WaitsNoLongerThanIsAskedFor) {
  BoundedQueue<int> queue(3);
  EXPECT_TRUE(queue.wait_for(std::chrono::milliseconds(1)));
  EXPECT_THAT(queue.poll(all), IsEmpty());
  EXPECT_EQ(queue.push(1), Pushed::accepted);
  EXPECT_TRUE(queue.wait_for(std::chrono::hours(1)));
  EXPECT_THAT(queue.poll(all), ElementsAre(1));
  queue.close();
  EXPECT_FALSE(queue.wait_for(std::chrono::hours(1)));
}

// A consumer that wakes itself for more work would else never end.
TEST(BoundedQueue, WakingDoesNotHoldUpTheEnd) {
  BoundedQueue<int> queue(8);
  EXPECT_EQ(queue.push(1), Pushed::accepted);
  queue.wake();
  queue.close();
  EXPECT_TRUE(queue.wait());
  EXPECT_THAT(queue.poll(all), ElementsAre(1));
  queue.wake();
  EXPECT_FALSE(queue.wait());
}

TEST(BoundedQueue, HandsOverEverythingFromManyThreads) {
  constexpr int producers = 4;
  constexpr int items_each = 500;
  BoundedQueue<std::pair<int, int>> queue(std::size_t{producers} * items_each);
  std::vector<std::jthread> threads;
  threads.reserve(producers);
  for (int producer = 0; producer < producers; ++producer) {
    threads.emplace_back([&queue, producer] {
      for (int i = 0; i < items_each; ++i) EXPECT_EQ(queue.push({producer, i}), Pushed::accepted);
    });
  }
  std::vector<int> next(producers, 0);
  int received = 0;
  while (received < producers * items_each) {
    ASSERT_TRUE(queue.wait());
    for (const auto& [producer, i] : queue.poll(7)) {
      EXPECT_EQ(i, next[static_cast<std::size_t>(producer)]++);
      ++received;
    }
  }
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace chatserver
