#include "chat/last_admin.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace chatserver::chat {
namespace {

constexpr Timestamp now{std::chrono::hours{1000}};

store::Account account(const std::string& id, bool admin, bool disabled = false) {
  store::Account made;
  made.id = UserId(id);
  made.admin = admin;
  made.disabled = disabled;
  return made;
}

Ban ban(const std::string& id, std::optional<Timestamp> end = std::nullopt) {
  return {.id = BanId(1),
          .owner = UserId("somebody"),
          .banished = UserId(id),
          .reason = "",
          .start = now - std::chrono::hours{1},
          .end = end};
}

bool is_last(const std::string& id, const std::vector<store::Account>& accounts, std::vector<Ban> bans = {}) {
  const Directory directory({}, {}, std::move(bans), {});
  return is_last_admin(UserId(id), accounts, directory, now);
}

TEST(LastAdmin, TheOnlyOneIs) {
  EXPECT_TRUE(is_last("ada", {account("ada", true), account("bob", false)}));
}

TEST(LastAdmin, OneOfTwoIsNot) {
  EXPECT_FALSE(is_last("ada", {account("ada", true), account("eve", true)}));
  EXPECT_FALSE(is_last("eve", {account("ada", true), account("eve", true)}));
}

TEST(LastAdmin, WhoCannotAdministerIsNot) {
  EXPECT_FALSE(is_last("bob", {account("ada", true), account("bob", false)}));
  EXPECT_FALSE(is_last("bob", {account("bob", false)}));
  EXPECT_FALSE(is_last("bob", {account("bob", true, true)}));
  EXPECT_FALSE(is_last("stranger", {account("ada", true)}));
}

TEST(LastAdmin, OthersThatCannotActDoNotCount) {
  const std::vector accounts{account("ada", true), account("eve", true), account("kim", true, true)};
  EXPECT_TRUE(is_last("ada", accounts, {ban("eve")}));
  EXPECT_FALSE(is_last("ada", accounts, {ban("eve", now)}));  // that ban is over
}

TEST(LastAdmin, WithoutLocalAccountsNobodyIs) {
  EXPECT_FALSE(is_last("ada", {}));
}

}  // namespace
}  // namespace chatserver::chat
