#include "chat/last_admin.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

store::Account account(const std::string& id, bool admin, bool disabled = false) {
  store::Account made;
  made.id = UserId(id);
  made.admin = admin;
  made.disabled = disabled;
  return made;
}

TEST(OtherAdmins, AreThoseWhoCanAdminister) {
  const std::vector accounts{account("ada", true), account("bob", false), account("eve", true),
                             account("kim", true, true)};
  EXPECT_THAT(other_admins(UserId("ada"), accounts), Optional(ElementsAre(UserId("eve"))));
  EXPECT_THAT(other_admins(UserId("eve"), accounts), Optional(ElementsAre(UserId("ada"))));
}

TEST(OtherAdmins, OfTheOnlyOneThereAreNone) {
  const std::vector accounts{account("ada", true), account("bob", false)};
  EXPECT_THAT(other_admins(UserId("ada"), accounts), Optional(IsEmpty()));
}

TEST(OtherAdmins, WhoCannotAdministerMayGo) {
  const std::vector accounts{account("ada", true), account("bob", false), account("kim", true, true)};
  for (const char* id : {"bob", "kim", "stranger"})
    EXPECT_EQ(other_admins(UserId(id), accounts), std::nullopt);
  EXPECT_EQ(other_admins(UserId("ada"), {}), std::nullopt);
}

}  // namespace
}  // namespace chatserver::chat
