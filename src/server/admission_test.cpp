#include "server/admission.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.hpp"

namespace chatserver::server {
namespace {

const Address here = *parse_address("192.0.2.1");
const Address there = *parse_address("192.0.2.2");

class AdmissionTest : public testing::Test {
 protected:
  std::optional<Admission::Ticket> enter(Admission& admission, const Address& address = here) {
    auto ticket = admission.enter(address, clock.monotonic());
    return ticket ? std::optional(std::move(*ticket)) : std::nullopt;
  }
  ManualClock clock;
};

TEST_F(AdmissionTest, WithoutLimitsEverybodyEnters) {
  Admission admission({});
  std::vector<Admission::Ticket> tickets;
  for (int i = 0; i < 1000; ++i) tickets.push_back(enter(admission).value());
  EXPECT_EQ(admission.inside(), 1000U);
}

TEST_F(AdmissionTest, PlaceIsGivenBackWithTheTicket) {
  Admission admission({.sessions_max = 1, .per_address = 0, .per_second = 0});
  auto ticket = enter(admission);
  ASSERT_TRUE(ticket);
  EXPECT_FALSE(enter(admission, there));
  ticket.reset();
  EXPECT_EQ(admission.inside(), 0U);
  EXPECT_TRUE(enter(admission, there));
}

TEST_F(AdmissionTest, MovedTicketIsOnePlace) {
  Admission admission({});
  auto ticket = enter(admission);
  {
    const Admission::Ticket moved = std::move(*ticket);
    EXPECT_EQ(moved.address(), here);
    EXPECT_EQ(admission.inside(), 1U);
  }
  EXPECT_EQ(admission.inside(), 0U);
  ticket.reset();
  EXPECT_EQ(admission.inside(), 0U);
}

TEST_F(AdmissionTest, EachAddressHasItsOwnLimit) {
  Admission admission({.sessions_max = 0, .per_address = 2, .per_second = 0});
  const auto first = enter(admission);
  auto second = enter(admission);
  EXPECT_FALSE(enter(admission));
  EXPECT_TRUE(enter(admission, there));
  second.reset();
  EXPECT_TRUE(enter(admission));
}

TEST_F(AdmissionTest, Ipv6IsLimitedBySubnet) {
  Admission admission({.sessions_max = 0, .per_address = 1, .per_second = 0});
  const auto ticket = enter(admission, *parse_address("2001:db8::1"));
  EXPECT_FALSE(enter(admission, *parse_address("2001:db8::2")));
  EXPECT_TRUE(enter(admission, *parse_address("2001:db8:0:1::1")));
}

TEST_F(AdmissionTest, SoManyConnectASecond) {
  Admission admission({.sessions_max = 0, .per_address = 0, .per_second = 10});
  std::vector<Admission::Ticket> tickets;
  const auto burst = [&] {
    int entered = 0;
    while (auto ticket = enter(admission)) {
      tickets.push_back(*std::move(ticket));
      ++entered;
    }
    return entered;
  };
  EXPECT_EQ(burst(), 10);
  clock.advance(std::chrono::milliseconds{500});
  EXPECT_EQ(burst(), 5);
  clock.advance(std::chrono::hours{1});
  EXPECT_EQ(burst(), 10) << "what is not used is not saved up";
}

TEST_F(AdmissionTest, NewLimitsCountWhoIsInside) {
  Admission admission({.sessions_max = 0, .per_address = 0, .per_second = 0});
  const auto ticket = enter(admission);
  admission.set_limits({.sessions_max = 0, .per_address = 1, .per_second = 0});
  EXPECT_FALSE(enter(admission));
  EXPECT_TRUE(enter(admission, there));
  admission.set_limits({.sessions_max = 0, .per_address = 0, .per_second = 0});
  EXPECT_TRUE(enter(admission));
}

TEST_F(AdmissionTest, RefusedOnesTakeNoPlace) {
  Admission admission({.sessions_max = 0, .per_address = 1, .per_second = 100});
  const auto ticket = enter(admission);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(enter(admission));
  EXPECT_EQ(admission.inside(), 1U);
}

}  // namespace
}  // namespace chatserver::server
