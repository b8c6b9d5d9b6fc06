#include "server/address.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace chatserver::server {
namespace {

Address address(std::string_view text) {
  return parse_address(text).value();
}

TEST(AddressTest, MappedAddressIsTheIpv4Address) {
  EXPECT_EQ(address("::ffff:192.0.2.7"), address("192.0.2.7"));
  EXPECT_TRUE(address("::ffff:192.0.2.7").is_v4());
}

TEST(AddressTest, NamesAndPortsAreNoAddresses) {
  for (const std::string_view text : {"", "example.org", "192.0.2.7:80", "192.0.2", "unknown"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(AddressTest, LimitsCountIpv6ByItsSubnet) {
  EXPECT_EQ(limit_key(address("2001:db8:1:2:3:4:5:6")), limit_key(address("2001:db8:1:2::1")));
  EXPECT_NE(limit_key(address("2001:db8:1:2::1")), limit_key(address("2001:db8:1:3::1")));
  EXPECT_EQ(limit_key(address("192.0.2.7")), address("192.0.2.7"));
}

TEST(AddressSetTest, HoldsAddressesAndBlocks) {
  const AddressSet set({"192.0.2.7", "10.0.0.0/8", "172.16.0.0/12", "2001:db8::/33", "::1"});
  for (const char* inside :
       {"192.0.2.7", "10.255.0.1", "172.31.255.255", "2001:db8:7fff::1", "::1", "::ffff:10.1.2.3"}) {
    EXPECT_TRUE(set.contains(address(inside))) << inside;
  }
  for (const char* outside : {"192.0.2.8", "11.0.0.1", "172.32.0.0", "2001:db8:8000::1", "::2", "::"}) {
    EXPECT_FALSE(set.contains(address(outside))) << outside;
  }
}

TEST(AddressSetTest, BlockOfEverythingIsOfOneFamily) {
  const AddressSet set({"0.0.0.0/0"});
  EXPECT_TRUE(set.contains(address("203.0.113.1")));
  EXPECT_FALSE(set.contains(address("2001:db8::1")));
}

class ClientAddressTest : public testing::Test {
 protected:
  Address client(std::string_view peer, std::string_view forwarded) {
    return client_address(address(peer), forwarded, trusted_);
  }

 private:
  const AddressSet trusted_{{"127.0.0.0/8", "10.0.0.0/8"}};
};

TEST_F(ClientAddressTest, IsThePeerWhenNobodyForwards) {
  EXPECT_EQ(client("203.0.113.1", ""), address("203.0.113.1"));
  EXPECT_EQ(client("127.0.0.1", ""), address("127.0.0.1"));
}

TEST_F(ClientAddressTest, StrangersHeaderDoesNotCount) {
  EXPECT_EQ(client("203.0.113.1", "198.51.100.1"), address("203.0.113.1"));
}

TEST_F(ClientAddressTest, IsReadFromTheRightThroughTrustedProxies) {
  EXPECT_EQ(client("127.0.0.1", "198.51.100.1"), address("198.51.100.1"));
  EXPECT_EQ(client("127.0.0.1", "198.51.100.1 , 10.0.0.9"), address("198.51.100.1"));
}

TEST_F(ClientAddressTest, WhatTheClientWroteItselfDoesNotCount) {
  EXPECT_EQ(client("127.0.0.1", "192.0.2.66, 198.51.100.1"), address("198.51.100.1"));
  EXPECT_EQ(client("127.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.9"), address("198.51.100.1"));
}

TEST_F(ClientAddressTest, MalformedEntryEndsTheSearch) {
  EXPECT_EQ(client("127.0.0.1", "198.51.100.1, unknown"), address("127.0.0.1"));
  EXPECT_EQ(client("127.0.0.1", "unknown, 10.0.0.9"), address("10.0.0.9"));
  EXPECT_EQ(client("127.0.0.1", ","), address("127.0.0.1"));
}

}  // namespace
}  // namespace chatserver::server
