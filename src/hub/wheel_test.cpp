#include "hub/wheel.hpp"

#include <memory>
#include <optional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.hpp"

namespace chatserver::hub {
namespace {

using std::chrono::milliseconds;

struct Timer : Wheel::Hook {
  Monotonic due;
  std::optional<Monotonic> fired;
};

class WheelTest : public testing::Test {
 protected:
  void schedule(Timer& timer, milliseconds in) {
    timer.due = clock.monotonic() + in;
    timer.fired.reset();
    wheel.schedule(timer, timer.due);
  }
  void pass(milliseconds time) {
    clock.advance(time);
    wheel.advance(clock.monotonic(),
                  [&](Wheel::Hook& hook) { static_cast<Timer&>(hook).fired = clock.monotonic(); });
  }

  ManualClock clock;
  Wheel wheel{clock.monotonic()};
};

TEST_F(WheelTest, FiresNeverEarlyAndLateByATickAtMost) {
  std::mt19937 random(7);
  std::vector<std::unique_ptr<Timer>> timers;
  for (int i = 0; i < 2'000; ++i) {
    timers.push_back(std::make_unique<Timer>());
    schedule(*timers.back(), milliseconds{random() % 60'000});
    if (i % 10 == 0) pass(milliseconds{37});
  }
  for (int i = 0; i < 2'000; ++i) pass(milliseconds{37});
  for (const auto& timer : timers) {
    ASSERT_TRUE(timer->fired);
    EXPECT_GE(*timer->fired, timer->due);
    // The wheel is turned every 37 ms here.
    EXPECT_LE(*timer->fired - timer->due, Wheel::tick + milliseconds{37});
  }
}

TEST_F(WheelTest, WhatIsDueAlreadyFiresAtTheNextTick) {
  Timer timer;
  schedule(timer, milliseconds{-500});
  pass(milliseconds{0});
  EXPECT_FALSE(timer.fired);
  pass(Wheel::tick);
  EXPECT_TRUE(timer.fired);
}

TEST_F(WheelTest, LaterAppointmentReplacesTheEarlier) {
  Timer timer;
  schedule(timer, milliseconds{200});
  schedule(timer, milliseconds{900});
  pass(milliseconds{500});
  EXPECT_FALSE(timer.fired);
  pass(milliseconds{500});
  EXPECT_TRUE(timer.fired);
}

TEST_F(WheelTest, BeyondTheHorizonFiresAtTheHorizon) {
  Timer timer;
  schedule(timer, std::chrono::hours{10});
  const Monotonic start = clock.monotonic();
  while (!timer.fired) pass(Wheel::tick);
  EXPECT_LT(*timer.fired, timer.due);
  EXPECT_GE(*timer.fired - start, Wheel::tick * (Wheel::slots - 1));
}

TEST_F(WheelTest, LongStopFiresEverythingOnce) {
  Timer soon;
  Timer late;
  schedule(soon, milliseconds{300});
  schedule(late, milliseconds{90'000});
  clock.advance(std::chrono::hours{1});
  int fired = 0;
  wheel.advance(clock.monotonic(), [&](Wheel::Hook& hook) {
    static_cast<Timer&>(hook).fired = clock.monotonic();
    ++fired;
  });
  EXPECT_EQ(fired, 2);
}

TEST_F(WheelTest, FiredTimerMayBeScheduledAgainFromWithin) {
  Timer timer;
  schedule(timer, milliseconds{100});
  std::vector<Monotonic> fired;
  for (int i = 0; i < 10; ++i) {
    clock.advance(Wheel::tick);
    wheel.advance(clock.monotonic(), [&](Wheel::Hook& hook) {
      fired.push_back(clock.monotonic());
      wheel.schedule(hook, clock.monotonic() + milliseconds{300});
    });
  }
  ASSERT_EQ(fired.size(), 4U);
  for (std::size_t i = 1; i < fired.size(); ++i) EXPECT_EQ(fired[i] - fired[i - 1], milliseconds{300});
}

TEST_F(WheelTest, OneTimerMayDestroyAnotherThatIsDueWithIt) {
  auto first = std::make_unique<Timer>();
  auto second = std::make_unique<Timer>();
  schedule(*first, milliseconds{100});
  schedule(*second, milliseconds{100});
  int fired = 0;
  clock.advance(milliseconds{200});
  wheel.advance(clock.monotonic(), [&](Wheel::Hook&) {
    ++fired;
    second.reset();
  });
  EXPECT_EQ(fired, 1);
}

TEST_F(WheelTest, DestroyedTimerNeverFires) {
  {
    Timer timer;
    schedule(timer, milliseconds{100});
  }
  pass(milliseconds{500});
}

}  // namespace
}  // namespace chatserver::hub
