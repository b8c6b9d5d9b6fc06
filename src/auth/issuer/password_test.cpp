#include "auth/issuer/password.hpp"

#include <string>

#include <gtest/gtest.h>

namespace chatserver::auth {
namespace {

// The least that Argon2 takes: what is tested here does not depend on the cost.
constexpr PasswordCost cheap{.passes = 1, .memory_bytes = 8192};

TEST(PasswordRulesTest, LengthIsCountedInCodePoints) {
  EXPECT_EQ(check_password("1234567").error(), PasswordError::too_short);
  EXPECT_TRUE(check_password("12345678"));
  EXPECT_EQ(check_password("\u00e4\u00e4\u00e4\u00e4").error(), PasswordError::too_short);
  EXPECT_TRUE(check_password("\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"));
  EXPECT_TRUE(check_password(std::string(256, 'x')));
  EXPECT_EQ(check_password(std::string(257, 'x')).error(), PasswordError::too_long);
}

TEST(PasswordRulesTest, OnlyTextIsAccepted) {
  using namespace std::string_view_literals;
  for (const auto bad :
       {"12345678\xff"sv, "12345678\xc0\x80"sv, "12345678\xed\xa0\x80"sv, "12345678\xf4\x90\x80\x80"sv,
        "12345678\xe2\x82"sv, "1234\0005678"sv, "12345678\n"sv, "12345678\x7f"sv}) {
    EXPECT_EQ(check_password(bad).error(), PasswordError::not_text);
  }
  EXPECT_TRUE(check_password("correct horse \U0001F40E battery"));
}

TEST(PasswordHasherTest, AcceptsThePasswordAndNoOther) {
  const PasswordHasher hasher(cheap);
  const auto stored = hasher.hash("correct horse");
  EXPECT_TRUE(hasher.verify("correct horse", stored));
  EXPECT_FALSE(hasher.verify("Correct horse", stored));
  EXPECT_FALSE(hasher.verify("correct horse ", stored));
  EXPECT_FALSE(hasher.verify("", stored));
}

TEST(PasswordHasherTest, HashIsAPhcStringWithItsOwnSalt) {
  const PasswordHasher hasher(cheap);
  const auto stored = hasher.hash("correct horse");
  EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$")) << stored;
  EXPECT_NE(stored, hasher.hash("correct horse"));
}

TEST(PasswordHasherTest, HashOfAnotherCostStillVerifies) {
  const auto stored = PasswordHasher(cheap).hash("correct horse");
  EXPECT_TRUE(PasswordHasher({.passes = 2, .memory_bytes = 16384}).verify("correct horse", stored));
}

TEST(PasswordHasherTest, HashMadeByAnotherLibraryVerifies) {
  // libsodium 1.0.18: crypto_pwhash_str_alg(), 1 pass, 8 KiB.
  EXPECT_TRUE(PasswordHasher(cheap).verify(
      "correct horse",
      "$argon2id$v=19$m=8,t=1,p=1$DKbFTYCiDU7vhsvVU1a7hg$b1eJN6HApwjdwHBRQWqFSMUFZrtI9oDuvQjGq67g8Bo"));
}

TEST(PasswordHasherTest, NothingMatchesAnAccountWithoutPassword) {
  const PasswordHasher hasher(cheap);
  for (const auto* stored : {"", "x", "$argon2id$", "correct horse"}) {
    EXPECT_FALSE(hasher.verify("correct horse", stored)) << stored;
    EXPECT_FALSE(hasher.verify("", stored)) << stored;
  }
  EXPECT_FALSE(hasher.verify("correct horse", std::string(1000, 'x')));
  EXPECT_FALSE(hasher.verify(std::string(257, 'x'), hasher.hash("correct horse")));
}

TEST(PasswordHasherTest, DefaultCostIsNoLessThanRecommended) {
  const auto stored = PasswordHasher().hash("correct horse");
  EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << stored;
}

}  // namespace
}  // namespace chatserver::auth
