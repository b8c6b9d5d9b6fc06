#pragma once

#include "conformance/store.hpp"

namespace chatserver::store::conformance {

using testing::ElementsAre;

[[nodiscard]] inline Account account(std::string id, std::string username) {
  return {.id = UserId(std::move(id)),
          .username = std::move(username),
          .password_hash = "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA",
          .admin = false,
          .disabled = false,
          .created_at = at(1, 2),
          .valid_from = at(1)};
}

TEST_P(StoreConformance, AccountsAreFoundByNameAndListedInItsOrder) {
  auto root = account("id-2", "root");
  root.admin = true;
  root.password_hash.clear();
  EXPECT_TRUE(store().add_account(root));
  EXPECT_TRUE(store().add_account(account("id-1", "ada")));
  reopen();
  EXPECT_EQ(store().find_account("root"), root);
  EXPECT_EQ(store().find_account("Root"), std::nullopt);  // names are compared as given
  EXPECT_EQ(store().find_account(""), std::nullopt);
  EXPECT_THAT(store().accounts(), ElementsAre(account("id-1", "ada"), root));
}

TEST_P(StoreConformance, AccountsAreFoundById) {
  EXPECT_TRUE(store().add_account(account("id-1", "ada")));
  EXPECT_EQ(store().find_account_by_id(UserId("id-1")), account("id-1", "ada"));
  EXPECT_EQ(store().find_account_by_id(UserId("ada")), std::nullopt);
}

TEST_P(StoreConformance, ATakenAccountNameChangesNothing) {
  EXPECT_TRUE(store().add_account(account("id-1", "ada")));
  EXPECT_FALSE(store().add_account(account("id-2", "ada")));
  EXPECT_THAT(store().accounts(), ElementsAre(account("id-1", "ada")));
}

TEST_P(StoreConformance, AccountsChangeOneFieldAtATimeAndSayFromWhenOnTokensCount) {
  auto expected = account("id-1", "ada");
  EXPECT_TRUE(store().add_account(expected));
  EXPECT_TRUE(store().set_password(expected.id, "another hash", at(10, 1)));
  expected.password_hash = "another hash";
  expected.valid_from = at(10, 1);
  EXPECT_EQ(store().find_account("ada"), expected);
  EXPECT_TRUE(store().set_admin(expected.id, true, at(20)));
  EXPECT_TRUE(store().set_disabled(expected.id, true, at(30)));
  expected.admin = true;
  expected.disabled = true;
  expected.valid_from = at(30);
  EXPECT_EQ(store().find_account("ada"), expected);
}

TEST_P(StoreConformance, ChangesOfUnknownAccountsAreRefused) {
  EXPECT_FALSE(store().set_password(UserId("nobody"), "hash", at(2)));
  EXPECT_FALSE(store().set_admin(UserId("nobody"), true, at(2)));
  EXPECT_FALSE(store().set_disabled(UserId("nobody"), true, at(2)));
  EXPECT_TRUE(store().account_changes_after(0, 10).empty());
}

// A token made after the first change says second 11, so that the second change must reach it.
TEST_P(StoreConformance, EachChangeMovesTheBeginOfTokensByASecondAtLeast) {
  EXPECT_TRUE(store().add_account(account("id-1", "ada")));
  EXPECT_TRUE(store().set_password(UserId("id-1"), "hash", at(10, 200'000)));
  EXPECT_TRUE(store().set_password(UserId("id-1"), "hash", at(10, 800'000)));
  EXPECT_EQ(store().find_account("ada")->valid_from, at(11, 200'000));
  EXPECT_TRUE(store().set_password(UserId("id-1"), "hash", at(5)));  // a clock that was set back
  EXPECT_EQ(store().find_account("ada")->valid_from, at(12, 200'000));
  const auto changes = store().account_changes_after(0, 10);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes.back().at, at(12, 200'000));
}

TEST_P(StoreConformance, SettingRoleOrStateThatIsSetChangesNothing) {
  EXPECT_TRUE(store().add_account(account("id-1", "ada")));
  EXPECT_TRUE(store().set_admin(UserId("id-1"), false, at(10)));
  EXPECT_TRUE(store().set_disabled(UserId("id-1"), false, at(10)));
  EXPECT_EQ(store().find_account("ada"), account("id-1", "ada"));
  EXPECT_TRUE(store().account_changes_after(0, 10).empty());
}

TEST_P(StoreConformance, ChangesOfAccountsAreReadInOrderFromWhereOneWas) {
  EXPECT_TRUE(store().add_account(account("id-1", "ada")));
  EXPECT_TRUE(store().add_account(account("id-2", "bob")));
  EXPECT_TRUE(store().set_password(UserId("id-1"), "hash", at(10)));
  store().end_login("sid-7", UserId("id-2"), at(11));
  EXPECT_TRUE(store().set_disabled(UserId("id-2"), true, at(12)));
  reopen();

  const auto all = store().account_changes_after(0, 10);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0], (AccountChange{.id = all[0].id, .account = UserId("id-1"), .sid = "", .at = at(10)}));
  EXPECT_EQ(all[1],
            (AccountChange{.id = all[1].id, .account = UserId("id-2"), .sid = "sid-7", .at = at(11)}));
  EXPECT_EQ(all[2], (AccountChange{.id = all[2].id, .account = UserId("id-2"), .sid = "", .at = at(12)}));
  EXPECT_LT(all[0].id, all[1].id);
  EXPECT_LT(all[1].id, all[2].id);
  EXPECT_THAT(store().account_changes_after(all[0].id, 10), ElementsAre(all[1], all[2]));
  EXPECT_THAT(store().account_changes_after(all[0].id, 1), ElementsAre(all[1]));
  EXPECT_TRUE(store().account_changes_after(all[2].id, 10).empty());
}

TEST_P(StoreConformance, LoginsOfWhoHasNoAccountHereEndToo) {
  store().end_logins(UserId("elsewhere"), at(10));
  store().end_login("sid", UserId{}, at(11));
  const auto all = store().account_changes_after(0, 10);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0],
            (AccountChange{.id = all[0].id, .account = UserId("elsewhere"), .sid = "", .at = at(10)}));
  EXPECT_EQ(all[1], (AccountChange{.id = all[1].id, .account = UserId{}, .sid = "sid", .at = at(11)}));
}

TEST_P(StoreConformance, IdsOfForgottenChangesAreNotGivenOutAgain) {
  store().end_login("sid-1", UserId("id-1"), at(10));
  const auto first = store().account_changes_after(0, 10).front().id;
  const auto later = at(10) + account_change_memory;
  EXPECT_EQ(store().forget_expired_grants(later - std::chrono::microseconds(1), 10), 0U);
  EXPECT_EQ(store().forget_expired_grants(later, 10), 1U);
  store().end_login("sid-2", UserId("id-1"), later);
  EXPECT_EQ(store().account_changes_after(first, 10).size(), 1U);
}

}  // namespace chatserver::store::conformance
