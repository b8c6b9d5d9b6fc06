#include "chat/change_queue.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/gate.hpp"
#include "support/shared_clock.hpp"

namespace chatserver::chat {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

enum class Refused : std::uint8_t { by_rule, unavailable };
using Made = std::expected<std::string, Refused>;

class ChangeQueueTest : public testing::Test {
 protected:
  static constexpr std::chrono::milliseconds wait_max{5000};

  // Keeps what becomes of it under its name.
  void ask(const std::string& name, Made outcome) {
    const auto change = [this, name, outcome = std::move(outcome)] {
      {
        const MutexLock lock(mutex_);
        begun_.push_back(name);
      }
      gate.pass();
      return outcome;
    };
    queue.make(change, std::move_only_function<void(Made)>([this, name](const Made& made) {
                 const bool away = !made && made.error() == Refused::unavailable;
                 const MutexLock lock(mutex_);
                 answers_.push_back(name + (made ? " made" : away ? " unavailable" : " refused"));
               }));
  }
  [[nodiscard]] std::vector<std::string> begun() {
    const MutexLock lock(mutex_);
    return begun_;
  }
  [[nodiscard]] std::vector<std::string> answers() {
    const MutexLock lock(mutex_);
    return answers_;
  }
  // Asks for three, the first of which is under way.
  void ask_three(Made first) {
    gate.close();
    ask("a", std::move(first));
    gate.wait_for_arrival(1);
    ask("b", "b");
    ask("c", "c");
  }
  void finish() {
    gate.open();
    queue.join();
  }

  test::SharedClock clock;
  test::Gate gate;

 private:
  Mutex mutex_;
  std::vector<std::string> begun_ CHAT_GUARDED_BY(mutex_);
  std::vector<std::string> answers_ CHAT_GUARDED_BY(mutex_);

 protected:
  ChangeQueue queue{clock, wait_max};  // ends before the rest
};

TEST_F(ChangeQueueTest, ChangesAreMadeInTheirOrder) {
  ask_three("a");
  finish();
  EXPECT_THAT(answers(), ElementsAre("a made", "b made", "c made"));
}

TEST_F(ChangeQueueTest, OneThatFindsTheStoreAwayTakesAlongThoseThatWait) {
  ask_three(std::unexpected(Refused::unavailable));
  finish();
  EXPECT_THAT(begun(), ElementsAre("a"));
  EXPECT_THAT(answers(), ElementsAre("a unavailable", "b unavailable", "c unavailable"));
}

TEST_F(ChangeQueueTest, OneThatIsRefusedByARuleTakesNoOtherAlong) {
  ask_three(std::unexpected(Refused::by_rule));
  finish();
  EXPECT_THAT(answers(), ElementsAre("a refused", "b made", "c made"));
}

TEST_F(ChangeQueueTest, WhatHasNotBegunInTimeIsRefusedAndNotMade) {
  ask_three("a");
  clock.advance(wait_max - 1ms);
  ask("d", "d");
  queue.tick();
  EXPECT_THAT(answers(), IsEmpty());
  clock.advance(1ms);
  queue.tick();
  // The one that has begun goes on, and so does the wait of the one that came late.
  EXPECT_THAT(answers(), ElementsAre("b unavailable", "c unavailable"));
  finish();
  EXPECT_THAT(begun(), ElementsAre("a", "d"));
  EXPECT_THAT(answers(), ElementsAre("b unavailable", "c unavailable", "a made", "d made"));
}

TEST_F(ChangeQueueTest, WhatCannotWaitIsRefusedAtOnce) {
  gate.close();
  ask("a", "a");
  gate.wait_for_arrival(1);
  for (std::size_t i = 0; i < ChangeQueue::waiting_max; ++i) ask("waits", "");
  EXPECT_THAT(answers(), IsEmpty());
  ask("b", "b");
  EXPECT_THAT(answers(), ElementsAre("b unavailable"));
  finish();
  EXPECT_EQ(answers().size(), ChangeQueue::waiting_max + 2);
}

}  // namespace
}  // namespace chatserver::chat
