#include "auth/issuer/keyed_mac.hpp"

#include <string>

#include <gtest/gtest.h>

namespace chatserver::auth {
namespace {

TEST(KeyedMac, MatchesWhatItMarked) {
  const KeyedMac mac("secret", "purpose");
  EXPECT_TRUE(mac.matches("text", mac.mark("text")));
}

TEST(KeyedMac, MatchesNothingElse) {
  const KeyedMac mac("secret", "purpose");
  const std::string mark = mac.mark("text");
  EXPECT_FALSE(mac.matches("Text", mark));
  EXPECT_FALSE(mac.matches("text", mark.substr(1)));
  EXPECT_FALSE(mac.matches("text", mark + "A"));
  EXPECT_FALSE(mac.matches("text", ""));
}

TEST(KeyedMac, KeyFollowsFromSecretAndPurpose) {
  const std::string mark = KeyedMac("secret", "purpose").mark("text");
  EXPECT_TRUE(KeyedMac("secret", "purpose").matches("text", mark));
  EXPECT_FALSE(KeyedMac("secret", "another").matches("text", mark));
  EXPECT_FALSE(KeyedMac("secret2", "purpose").matches("text", mark));
}

// HMAC(HMAC("secret", "purpose"), "text"), as another implementation gives it:
// what it marked last year must match next year.
TEST(KeyedMac, IsHmacSha256) {
  EXPECT_EQ(KeyedMac("secret", "purpose").mark("text"), "C-qLjNnbB6EeMFqQsIGVg9b2zgMNJIpNAg3Vkl6kSqE");
}

}  // namespace
}  // namespace chatserver::auth
