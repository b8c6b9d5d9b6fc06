#include "server/pages/guess_limit.hpp"

#include <chrono>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

Guesser guesser(std::string username, std::string_view address, std::string device = {}) {
  return {.username = std::move(username), .address = *parse_address(address), .device = std::move(device)};
}

class GuessLimitTest : public testing::Test {
 protected:
  std::optional<seconds> try_as(const Guesser& who) { return limit.admit(who, clock.monotonic()); }

  // Fails until a wait is asked for; returns how often it could try.
  unsigned use_up(const Guesser& who) {
    unsigned tries = 0;
    while (!try_as(who)) ++tries;
    return tries;
  }

  GuessLimit limit;
  ManualClock clock;
  const Guesser here = guesser("alice", "192.0.2.1");
};

TEST_F(GuessLimitTest, MistypingAFewTimesCostsNothing) {
  for (unsigned i = 0; i < GuessLimit::per_account_and_address.free; ++i)
    EXPECT_EQ(try_as(here), std::nullopt);
}

TEST_F(GuessLimitTest, WaitDoublesWithEachFurtherFailureUpToItsLongest) {
  use_up(here);
  seconds expected = GuessLimit::per_account_and_address.first;
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(try_as(here), expected) << i;
    clock.advance(expected);
    EXPECT_EQ(try_as(here), std::nullopt) << i;
    expected = std::min(2 * expected, GuessLimit::per_account_and_address.longest);
  }
  EXPECT_EQ(expected, GuessLimit::per_account_and_address.longest);
}

TEST_F(GuessLimitTest, RefusedAttemptDoesNotProlongTheWait) {
  use_up(here);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(try_as(here), 1s);
  clock.advance(1s);
  EXPECT_EQ(try_as(here), std::nullopt);
}

TEST_F(GuessLimitTest, WaitIsRoundedUp) {
  use_up(here);
  clock.advance(999ms);
  EXPECT_EQ(try_as(here), 1s);
}

TEST_F(GuessLimitTest, StrangerElsewhereLocksNobodyOut) {
  for (int i = 0; i < 1000; ++i) {
    use_up(guesser("alice", "198.51.100." + std::to_string(i % 250)));
    clock.advance(1s);
  }
  EXPECT_EQ(try_as(here), std::nullopt);
}

TEST_F(GuessLimitTest, AddressIsSlowedWhateverTheAccount) {
  unsigned tries = 0;
  while (!try_as(guesser("user" + std::to_string(tries), "192.0.2.1"))) ++tries;
  EXPECT_EQ(tries, GuessLimit::per_address.free + 1);
  EXPECT_EQ(try_as(guesser("user0", "192.0.2.2")), std::nullopt);
}

TEST_F(GuessLimitTest, Ipv6CountsByNetworkOf64Bits) {
  use_up(guesser("alice", "2001:db8:0:1::1"));
  EXPECT_TRUE(try_as(guesser("alice", "2001:db8:0:1:ffff::2")));
  EXPECT_FALSE(try_as(guesser("alice", "2001:db8:0:2::1")));
}

TEST_F(GuessLimitTest, KnownBrowserIsNotSlowedByStrangersAtItsAddress) {
  for (int i = 0; i < 100; ++i) use_up(guesser("user" + std::to_string(i), "192.0.2.1"));
  use_up(here);
  EXPECT_FALSE(try_as(guesser("alice", "192.0.2.1", "laptop")));
}

TEST_F(GuessLimitTest, KnownBrowserIsNoLicenceToGuess) {
  EXPECT_EQ(use_up(guesser("alice", "192.0.2.1", "laptop")), GuessLimit::per_account_and_address.free + 1);
  EXPECT_TRUE(try_as(guesser("alice", "203.0.113.9", "laptop")));
}

TEST_F(GuessLimitTest, SuccessBeginsAnewForThePair) {
  use_up(here);
  clock.advance(1s);
  ASSERT_FALSE(try_as(here));
  limit.succeeded(here);
  EXPECT_EQ(use_up(here), GuessLimit::per_account_and_address.free + 1);
}

TEST_F(GuessLimitTest, AccountOfOnesOwnDoesNotClearTheAddress) {
  for (unsigned i = 0; i < GuessLimit::per_address.free; ++i) {
    ASSERT_FALSE(try_as(guesser("user" + std::to_string(i), "192.0.2.1")));
    const Guesser own = guesser("mallory", "192.0.2.1");
    ASSERT_FALSE(try_as(own));
    limit.succeeded(own);
  }
  ASSERT_FALSE(try_as(guesser("victim", "192.0.2.1")));
  EXPECT_TRUE(try_as(guesser("next", "192.0.2.1")));
}

TEST_F(GuessLimitTest, AttemptThatWasNeverMadeDoesNotCount) {
  for (int i = 0; i < 100; ++i) {
    ASSERT_FALSE(try_as(here));
    limit.withdraw(here);
  }
  EXPECT_EQ(use_up(here), GuessLimit::per_account_and_address.free + 1);
}

TEST_F(GuessLimitTest, FailuresAreForgottenInTime) {
  use_up(here);
  clock.advance(GuessLimit::forgotten_after);
  EXPECT_EQ(use_up(here), GuessLimit::per_account_and_address.free + 1);
}

TEST_F(GuessLimitTest, MemoryIsBoundedAndTheOldestIsForgottenFirst) {
  use_up(here);
  const auto other = [](std::size_t i) {
    return Guesser{.username = "bob",
                   .address = boost::asio::ip::address_v4(static_cast<unsigned>(0x0a000000 + i))};
  };
  for (std::size_t i = 0; i + 1 < GuessLimit::entries_max; ++i) ASSERT_FALSE(try_as(other(i)));
  EXPECT_TRUE(try_as(here));
  ASSERT_FALSE(try_as(other(GuessLimit::entries_max)));
  EXPECT_FALSE(try_as(here));
}

}  // namespace
}  // namespace chatserver::server
