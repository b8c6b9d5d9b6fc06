#include "cache/rate_window.hpp"

#include <string>

#include <gtest/gtest.h>

namespace chatserver::cache {
namespace {

using namespace std::chrono_literals;

class RateWindowTest : public testing::Test {
 protected:
  std::optional<std::chrono::milliseconds> admit_ada() { return window.admit(ada, now); }

  RateWindow window{RateLimit{.messages = 3, .window = 60s}};
  Monotonic now{24h};
  UserId ada{"ada"};
  UserId bob{"bob"};
};

TEST_F(RateWindowTest, AdmitsUpToTheLimit) {
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(admit_ada());
  EXPECT_TRUE(admit_ada());
}

TEST_F(RateWindowTest, RefusesUntilTheVeryInstantThatTheOldestFallsOut) {
  EXPECT_FALSE(admit_ada());
  now += 10s;
  EXPECT_FALSE(admit_ada());
  EXPECT_FALSE(admit_ada());
  EXPECT_EQ(admit_ada(), 50s);
  now += 50s - 1ns;
  EXPECT_EQ(admit_ada(), 1ms);
  now += 1ns;
  EXPECT_FALSE(admit_ada());
  EXPECT_EQ(admit_ada(), 10s);
}

TEST_F(RateWindowTest, RoundsTheWaitUp) {
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(admit_ada());
  now += 1us;
  EXPECT_EQ(admit_ada(), 60s);
}

TEST_F(RateWindowTest, ARefusedAttemptCostsNothing) {
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(admit_ada());
  now += 59s;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(admit_ada());
  now += 1s;
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(admit_ada());
}

TEST_F(RateWindowTest, CountsEachUserAlone) {
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(admit_ada());
  EXPECT_FALSE(window.admit(bob, now));
}

TEST_F(RateWindowTest, ALoweredLimitCountsAtOnceAndNamesTheTrueWait) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(admit_ada());
    now += 1s;
  }
  window.set_limit(RateLimit{.messages = 1, .window = 60s});
  EXPECT_EQ(admit_ada(), 59s);  // the third, sent a second ago, is in the way longest
  now += 59s;
  EXPECT_FALSE(admit_ada());
}

TEST_F(RateWindowTest, ARaisedLimitCountsAtOnce) {
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(admit_ada());
  window.set_limit(RateLimit{.messages = 4, .window = 60s});
  EXPECT_FALSE(admit_ada());
  EXPECT_TRUE(admit_ada());
}

TEST_F(RateWindowTest, AShorterWindowCountsAtOnce) {
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(admit_ada());
  now += 5s;
  window.set_limit(RateLimit{.messages = 3, .window = 5s});
  EXPECT_FALSE(admit_ada());
}

TEST_F(RateWindowTest, ALimitOfNoneAdmitsNobody) {
  window.set_limit(RateLimit{.messages = 0, .window = 60s});
  EXPECT_EQ(admit_ada(), 60s);
}

TEST_F(RateWindowTest, AnAdmissionGivenBackCanBeUsedAgain) {
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(admit_ada());
  window.give_back(ada);
  EXPECT_FALSE(admit_ada());
  EXPECT_TRUE(admit_ada());
}

TEST_F(RateWindowTest, ForgetsUsersWhoHaveBeenIdleForAWindow) {
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(window.admit(UserId{std::to_string(i)}, now));
  EXPECT_EQ(window.users(), 100U);
  now += 60s;
  window.set_limit(RateLimit{.messages = 100, .window = 60s});
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(admit_ada());
  EXPECT_EQ(window.users(), 1U);
}

TEST_F(RateWindowTest, KeepsCountingExactlyUnderALargeLimit) {
  window.set_limit(RateLimit{.messages = 1000, .window = 60s});
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_FALSE(admit_ada());
    now += 60ms;
  }
  window.set_limit(RateLimit{.messages = 999, .window = 60s});
  EXPECT_EQ(admit_ada(), 60ms);
}

}  // namespace
}  // namespace chatserver::cache
