#include "config/address.hpp"

#include <string>

#include <gtest/gtest.h>

namespace chatserver::config {
namespace {

TEST(Endpoint, HostsBracketedAddressesAndSocketsAreAccepted) {
  for (const char* text :
       {"127.0.0.1:8080", "0.0.0.0:0", "localhost:80", "[::1]:8080", "[::]:65535", "unix:/run/c.sock"}) {
    EXPECT_EQ(check_endpoint(text), std::nullopt) << text;
  }
}

TEST(Endpoint, WhatIsNoneIsRefused) {
  for (const char* text :
       {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "[::1]",
        "[::1", "[127.0.0.1]:1", "a b:1", "unix:", "unix:run/c.sock", "http://a:1"}) {
    EXPECT_TRUE(check_endpoint(text)) << text;
  }
  EXPECT_TRUE(check_endpoint("unix:/" + std::string(107, 'x')));
}

TEST(Network, AddressesAndBlocksOfBothFamiliesAreAccepted) {
  for (const char* text : {"10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "::1", "2001:db8::/32", "::/0"}) {
    EXPECT_EQ(check_network(text), std::nullopt) << text;
  }
  for (const char* text :
       {"", "10.0.0", "10.0.0.0/33", "::1/129", "10.0.0.0/", "10.0.0.0/x", "localhost", "/8"}) {
    EXPECT_TRUE(check_network(text)) << text;
  }
}

TEST(Network, OnlyZeroBitsMeanEveryAddress) {
  EXPECT_TRUE(is_every_address("0.0.0.0/0"));
  EXPECT_TRUE(is_every_address("::/0"));
  EXPECT_TRUE(is_every_address("10.0.0.0/00"));
  EXPECT_FALSE(is_every_address("10.0.0.0/8"));
  EXPECT_FALSE(is_every_address("0.0.0.0"));
}

TEST(Url, IsTakenApart) {
  const auto url = parse_url("HTTPS://ada:pw@chat.example.org:8443/realms/chat?x#y");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "chat.example.org");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/realms/chat");
  EXPECT_TRUE(url->has_user);
  EXPECT_TRUE(url->has_query_or_fragment);
  for (const char* text :
       {"", "chat.example.org", "://a", "http://", "http://a b", "http://a:b", "http://[::1", "http:///x"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(IssuerUrl, PlainHttpIsForLoopbackOnly) {
  for (const char* text : {"https://id.example.org/realms/chat", "http://localhost:8080/realms/chat",
                           "http://127.0.0.1:1/r", "http://[::1]:1/r"}) {
    EXPECT_EQ(check_issuer_url(text), std::nullopt) << text;
  }
  for (const char* text :
       {"http://id.example.org/", "http://127.0.0.1.example.org/", "http://localhost.example.org",
        "ftp://localhost", "https://u:p@id.example.org/", "https://id.example.org/?a=b"}) {
    EXPECT_TRUE(check_issuer_url(text)) << text;
  }
}

TEST(Origin, HasNoPath) {
  EXPECT_EQ(check_origin("https://chat.example.org"), std::nullopt);
  EXPECT_EQ(check_origin("http://127.0.0.1:5173"), std::nullopt);
  for (const char* text : {"https://chat.example.org/", "chat.example.org", "ws://a", "https://u@a"}) {
    EXPECT_TRUE(check_origin(text)) << text;
  }
}

TEST(MaskSecrets, PasswordsAndQueriesDoNotShow) {
  EXPECT_EQ(mask_secrets("postgresql://chat:s3c:r@t@db:5432/chat"),
            "postgresql://chat:********@db:5432/chat");
  EXPECT_EQ(mask_secrets("postgresql://chat@db/chat?password=s3cret"), "postgresql://chat@db/chat?********");
  EXPECT_EQ(mask_secrets("valkeys://:s3cret@cache"), "valkeys://:********@cache");
  EXPECT_EQ(mask_secrets("host=db password=s3cret"), "********");
  EXPECT_EQ(mask_secrets("/var/lib/chatserver/chat.db"), "/var/lib/chatserver/chat.db");
  EXPECT_EQ(mask_secrets(""), "");
}

}  // namespace
}  // namespace chatserver::config
