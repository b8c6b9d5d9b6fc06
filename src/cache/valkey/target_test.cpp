#include "cache/valkey/target.hpp"

#include <gtest/gtest.h>

namespace chatserver::cache::valkey {
namespace {

struct Case {
  const char* url;
  Target target;
};

TEST(ValkeyTarget, IsWhatTheUrlSays) {
  const Case cases[] = {
      {"valkey://cache", {.host = "cache"}},
      {"redis://cache:7000/3", {.host = "cache", .port = 7000, .database = 3}},
      {"valkeys://chat:s%40cret@cache.example.org",
       {.host = "cache.example.org", .tls = true, .user = "chat", .password = "s@cret"}},
      {"valkeys://cache?ca=/etc/ca.pem", {.host = "cache", .tls = true, .ca_file = "/etc/ca.pem"}},
      {"valkey://:secret@cache/", {.host = "cache", .password = "secret"}},
      {"valkey://chat@[::1]:7000", {.host = "::1", .port = 7000, .user = "chat"}},
      {"valkey:///run/valkey/socket?db=2", {.socket = "/run/valkey/socket", .database = 2}},
      {"valkey://chat:p@/run/valkey/socket",
       {.socket = "/run/valkey/socket", .user = "chat", .password = "p"}},
  };
  for (const Case& one : cases) {
    const auto parsed = Target::parse(one.url);
    ASSERT_TRUE(parsed) << one.url << ": " << parsed.error();
    EXPECT_EQ(*parsed, one.target) << one.url;
  }
}

TEST(ValkeyTarget, WhatMakesNoSenseIsRefusedWithoutItsPassword) {
  const char* const urls[] = {"",
                              "cache",
                              "http://cache",
                              "valkey://",
                              "valkey://chat:s3cret@",
                              "valkey://chat:s3cret@cache:0",
                              "valkey://chat:s3cret@cache:70000",
                              "valkey://chat:s3cret@cache:7000x",
                              "valkey://chat:s3cret@cache/one",
                              "valkey://chat:s3cret@cache/-1",
                              "valkey://chat:s3cret%zz@cache",
                              "valkey://chat:s3cret%4@cache",
                              "valkey://chat:s3/cret@cache",
                              "valkey://chat:s3@cret@cache",
                              "valkey://chat:s3cret@cache?timeout=1",
                              "valkey://chat:s3cret@cache?ca=/etc/ca.pem",
                              "valkeys://chat:s3cret@/run/socket"};
  for (const char* url : urls) {
    const auto parsed = Target::parse(url);
    ASSERT_FALSE(parsed) << url;
    EXPECT_TRUE(parsed.error().starts_with("cache.url: ")) << parsed.error();
    EXPECT_EQ(parsed.error().find("cret"), std::string::npos) << parsed.error();
  }
}

TEST(ValkeyTarget, ItsDescriptionHasNoPassword) {
  const auto target = Target::parse("valkey://chat:s3cret@cache:7000/2");
  EXPECT_EQ(target->description(), "Valkey at cache:7000, database 2");
}

}  // namespace
}  // namespace chatserver::cache::valkey
