#include "cache/valkey/safety.hpp"

#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {
namespace {

Reply info(const std::string& aof, const std::string& maxmemory, const std::string& policy,
           const std::string& version = "7.2.4", const std::string& cluster = "0") {
  return {"# Server\r\nredis_version:" + version + "\r\nmaxmemory:" + maxmemory +
          "\r\nmaxmemory_human:1G\r\n" + "maxmemory_policy:" + policy + "\r\naof_enabled:" + aof +
          "\r\ncluster_enabled:" + cluster + "\r\n"};
}
Reply fsync(const std::string& value) {
  return {Reply::Array{Reply{std::string("appendfsync")}, Reply{value}}};
}

// Part of the complaint; empty: it is safe.
std::string complaint(const Reply& about, const Reply& sync, bool durable = true) {
  const auto safe = check_safety(about, sync, durable);
  return safe ? "" : safe.error();
}

TEST(ValkeySafety, AServerThatKeepsEverythingIsSafe) {
  EXPECT_EQ(complaint(info("1", "0", "noeviction"), fsync("always")), "");
  EXPECT_EQ(complaint(info("1", "0", "allkeys-lru"), fsync("always")), "");  // nothing to evict for
  EXPECT_EQ(complaint(info("1", "1000000", "noeviction"), fsync("always")), "");
}

TEST(ValkeySafety, EvictionIsRefusedWhateverIsAccepted) {
  EXPECT_NE(complaint(info("1", "1000000", "allkeys-lru"), fsync("always")).find("noeviction"),
            std::string::npos);
  EXPECT_NE(complaint(info("1", "1000000", "volatile-ttl"), fsync("always"), false).find("volatile-ttl"),
            std::string::npos);
}

TEST(ValkeySafety, WhatMayLoseAcknowledgedMessagesIsRefusedUnlessAccepted) {
  EXPECT_NE(complaint(info("0", "0", "noeviction"), fsync("always")).find("appendonly"), std::string::npos);
  for (const char* const value : {"everysec", "no"}) {
    EXPECT_NE(complaint(info("1", "0", "noeviction"), fsync(value)).find("appendfsync"), std::string::npos);
  }
  const Reply forbidden{ErrorReply{"NOPERM this user has no permissions to run the 'config|get' command"}};
  EXPECT_NE(complaint(info("1", "0", "noeviction"), forbidden).find("not permitted"), std::string::npos);
  EXPECT_EQ(complaint(info("0", "0", "noeviction"), forbidden, false), "");
}

TEST(ValkeySafety, OldServersAndClustersAreRefused) {
  EXPECT_NE(complaint(info("1", "0", "noeviction", "6.2.1"), fsync("always")).find("7.0"), std::string::npos);
  EXPECT_EQ(complaint(info("1", "0", "noeviction", "10.0.0"), fsync("always")), "");
  EXPECT_NE(complaint(info("1", "0", "noeviction", "7.0.0", "1"), fsync("always")).find("cluster"),
            std::string::npos);
}

TEST(ValkeySafety, AServerThatReadsItsDataSaysSo) {
  EXPECT_TRUE(
      is_loading({std::string("# Persistence\r\nloading:1\r\nasync_loading:0\r\naof_enabled:0\r\n")}));
  EXPECT_FALSE(is_loading({std::string("# Persistence\r\nloading:0\r\nasync_loading:1\r\n")}));
  EXPECT_FALSE(is_loading(info("1", "0", "noeviction")));
}

TEST(ValkeySafety, AServerThatDoesNotTellIsLost) {
  EXPECT_THROW(std::ignore = check_safety({ErrorReply{"LOADING the dataset"}}, fsync("always"), true), Lost);
}

TEST(ValkeySafety, AProcessIsNamedAsItSays) {
  EXPECT_EQ(process_of({std::string("# Server\r\nrun_id:0badcafe\r\ntcp_port:0\r\n")}), "0badcafe");
  EXPECT_EQ(process_of({std::string("# Server\r\n")}), "");
}

}  // namespace
}  // namespace chatserver::cache::valkey
