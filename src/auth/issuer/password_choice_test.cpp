#include "auth/issuer/password_choice.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "auth/issuer/common_passwords.hpp"

namespace chatserver::auth {
namespace {

PasswordError error_of(std::string_view password) {
  const auto checked = check_password_choice(password, {"alice.smith", "chat.example.org"});
  EXPECT_FALSE(checked) << password;
  return checked ? PasswordError{} : checked.error();
}

TEST(PasswordChoice, CommonOnesAreRefused) {
  for (const char* password : {"password", "12345678", "iloveyou", "qwertyuiop", "1q2w3e4r", "passw0rd"}) {
    EXPECT_EQ(error_of(password), PasswordError::common) << password;
  }
}

TEST(PasswordChoice, DisguisesOfCommonOnesAreRefused) {
  for (const char* password : {"PassWord", "Password123!", "QWERTYUIOP!!", "letmein2024", "dragon#1!"}) {
    EXPECT_EQ(error_of(password), PasswordError::common) << password;
  }
}

TEST(PasswordChoice, RepetitionsAreRefused) {
  for (const char* password : {"xxxxxxxx", "xyxyxyxyx", "wxyzwxyzwxyz", "________", "4711471147"}) {
    EXPECT_EQ(error_of(password), PasswordError::common) << password;
  }
}

TEST(PasswordChoice, NamesAreRefused) {
  for (const char* password : {"alice.smith", "Alice.Smith!1", "CHAT.example.org"}) {
    EXPECT_EQ(error_of(password), PasswordError::is_name) << password;
  }
}

TEST(PasswordChoice, RulesOfAnyPasswordComeFirst) {
  EXPECT_EQ(error_of("dragon"), PasswordError::too_short);
  EXPECT_EQ(error_of(std::string(257, 'x')), PasswordError::too_long);
  EXPECT_EQ(error_of("password\xff"), PasswordError::not_text);
}

TEST(PasswordChoice, OthersMayBeChosen) {
  for (const char* password : {"correct horse battery staple", "correcthorse7", "vm4%tQ9z", "ünïcödé wörds",
                               "password of alice.smith", "abcabcab cab"}) {
    EXPECT_TRUE(check_password_choice(password, {"alice.smith", ""})) << password;
  }
}

TEST(PasswordChoice, ListHoldsNothingTwice) {
  const auto list = common_passwords();
  EXPECT_EQ(std::ranges::adjacent_find(list), list.end());
  EXPECT_GT(list.size(), 500U);
}

}  // namespace
}  // namespace chatserver::auth
