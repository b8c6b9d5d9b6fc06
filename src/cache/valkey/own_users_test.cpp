#include "cache/valkey/own_users.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatserver::cache::valkey {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

UserPresence came(std::string_view id, std::string_view name = {}) {
  return {.user = {.id = UserId(std::string(id)), .username = std::string(name)}, .present = true};
}
UserPresence left(std::string_view id) {
  return {.user = {.id = UserId(std::string(id)), .username = {}}, .present = false};
}

TEST(OwnUsersTest, EachChangedUserIsTakenOnceInTheNewestState) {
  OwnUsers users;
  users.note({came("ann", "Ann"), came("bob", "Bob"), left("ann")});
  users.note({came("bob", "Robert")});
  EXPECT_THAT(users.take_changes(10), UnorderedElementsAre(left("ann"), came("bob", "Robert")));
  EXPECT_THAT(users.take_changes(10), IsEmpty());
}

TEST(OwnUsersTest, WhatIsSoAlreadyIsNoChange) {
  OwnUsers users;
  users.note({came("ann", "Ann"), left("nobody")});
  EXPECT_THAT(users.take_changes(10), ElementsAre(came("ann", "Ann")));
  users.note({came("ann", "Ann"), left("nobody")});
  EXPECT_THAT(users.take_changes(10), IsEmpty());
}

TEST(OwnUsersTest, AStormIsTakenInParts) {
  OwnUsers users;
  std::vector<UserPresence> all;
  for (int i = 0; i < 25; ++i) all.push_back(came("user" + std::to_string(i), "name"));
  users.note(all);
  EXPECT_THAT(users.take_changes(10), SizeIs(10));
  EXPECT_THAT(users.take_changes(10), SizeIs(10));
  EXPECT_THAT(users.take_changes(10), SizeIs(5));
}

TEST(OwnUsersTest, AllIsInPlaceOfWhatHasChanged) {
  OwnUsers users;
  users.note({came("ann", "Ann"), came("bob", "Bob")});
  (void)users.take_changes(10);
  users.note({left("ann"), came("cat", "Cat")});
  EXPECT_THAT(users.take_all(), UnorderedElementsAre(came("bob", "Bob"), came("cat", "Cat")));
  EXPECT_THAT(users.take_changes(10), IsEmpty());
}

}  // namespace
}  // namespace chatserver::cache::valkey
