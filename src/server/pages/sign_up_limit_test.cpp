#include "server/pages/sign_up_limit.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using namespace std::chrono_literals;

class SignUpLimitTest : public testing::Test {
 protected:
  auto sign_up(std::string_view address) { return limit.admit(*parse_address(address), clock.monotonic()); }

  SignUpLimit limit{2};
  ManualClock clock;
};

TEST_F(SignUpLimitTest, AddressHasItsNumberADay) {
  EXPECT_FALSE(sign_up("192.0.2.1"));
  clock.advance(23h);
  EXPECT_FALSE(sign_up("192.0.2.1"));
  EXPECT_EQ(sign_up("192.0.2.1"), 1h);
  EXPECT_FALSE(sign_up("192.0.2.2"));
  clock.advance(1h);
  EXPECT_FALSE(sign_up("192.0.2.1"));
}

TEST_F(SignUpLimitTest, Ipv6CountsByNetworkOf64Bits) {
  EXPECT_FALSE(sign_up("2001:db8::1"));
  EXPECT_FALSE(sign_up("2001:db8::2"));
  EXPECT_TRUE(sign_up("2001:db8::3"));
  EXPECT_FALSE(sign_up("2001:db8:0:1::3"));
}

TEST_F(SignUpLimitTest, WhatCameToNothingDoesNotCount) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(sign_up("192.0.2.1"));
    limit.give_back(*parse_address("192.0.2.1"));
  }
  EXPECT_FALSE(sign_up("192.0.2.1"));
  EXPECT_FALSE(sign_up("192.0.2.1"));
  EXPECT_TRUE(sign_up("192.0.2.1"));
}

TEST_F(SignUpLimitTest, GivingBackWhatIsForgottenIsNothing) {
  limit.give_back(*parse_address("192.0.2.9"));
  EXPECT_FALSE(sign_up("192.0.2.9"));
}

}  // namespace
}  // namespace chatserver::server
