#pragma once

#include "conformance/store.hpp"
#include "conformance/store_accounts.hpp"

namespace chatserver::store::conformance {

[[nodiscard]] inline Account admin_account(std::string id, std::string username) {
  auto admin = account(std::move(id), std::move(username));
  admin.admin = true;
  return admin;
}

[[nodiscard]] inline Invite invite(std::int64_t uses) {
  return {.code = SecretHash("invite"),
          .made_by = UserId("id-9"),
          .created_at = at(10),
          .expires_at = at(50),
          .uses_left = uses};
}

TEST_P(StoreConformance, TheSetupLinkMakesOneAdmin) {
  EXPECT_TRUE(store().set_setup_link(SecretHash("link"), at(50)));
  reopen();
  EXPECT_TRUE(store().setup_link_valid(SecretHash("link"), at(49)));
  const auto root = admin_account("id-1", "root");
  EXPECT_EQ(store().use_setup_link(SecretHash("link"), root, at(49)), LinkOutcome::account_added);
  EXPECT_EQ(store().find_account("root"), root);

  EXPECT_FALSE(store().setup_link_valid(SecretHash("link"), at(49)));
  EXPECT_EQ(store().use_setup_link(SecretHash("link"), admin_account("id-2", "eve"), at(49)),
            LinkOutcome::link_void);
  EXPECT_EQ(store().find_account("eve"), std::nullopt);
}

TEST_P(StoreConformance, TheSetupLinkEndsAndANewOneReplacesIt) {
  EXPECT_FALSE(store().setup_link_valid(SecretHash("link"), at(0)));
  EXPECT_TRUE(store().set_setup_link(SecretHash("link"), at(50)));
  EXPECT_FALSE(store().setup_link_valid(SecretHash("link"), at(50)));
  EXPECT_EQ(store().use_setup_link(SecretHash("link"), admin_account("id-1", "root"), at(50)),
            LinkOutcome::link_void);
  EXPECT_TRUE(store().set_setup_link(SecretHash("another"), at(50)));
  EXPECT_FALSE(store().setup_link_valid(SecretHash("link"), at(10)));
  EXPECT_TRUE(store().setup_link_valid(SecretHash("another"), at(10)));
}

TEST_P(StoreConformance, TheSetupLinkIsVoidOnceThereIsAnAdmin) {
  EXPECT_TRUE(store().set_setup_link(SecretHash("link"), at(50)));
  ASSERT_TRUE(store().add_account(account("id-1", "ada")));
  EXPECT_TRUE(store().setup_link_valid(SecretHash("link"), at(10)));
  ASSERT_TRUE(store().set_admin(UserId("id-1"), true, at(10)));
  EXPECT_FALSE(store().setup_link_valid(SecretHash("link"), at(10)));
  EXPECT_EQ(store().use_setup_link(SecretHash("link"), admin_account("id-2", "eve"), at(10)),
            LinkOutcome::link_void);
  EXPECT_FALSE(store().set_setup_link(SecretHash("another"), at(50)));
}

TEST_P(StoreConformance, OfConcurrentUsesOfTheSetupLinkOneMakesTheAdmin) {
  EXPECT_TRUE(store().set_setup_link(SecretHash("link"), at(50)));
  std::atomic<int> added{0};
  std::vector<std::thread> users;
  for (int i = 0; i < 4; ++i) {
    users.emplace_back([&, name = std::to_string(i)] {
      const auto outcome =
          store().use_setup_link(SecretHash("link"), admin_account(name, "a" + name), at(10));
      if (outcome == LinkOutcome::account_added) ++added;
    });
  }
  for (auto& user : users) user.join();
  EXPECT_EQ(added, 1);
  EXPECT_EQ(store().accounts().size(), 1U);
}

TEST_P(StoreConformance, ATakenNameLeavesTheSetupLinkAsItIs) {
  EXPECT_TRUE(store().set_setup_link(SecretHash("link"), at(50)));
  ASSERT_TRUE(store().add_account(account("id-1", "ada")));
  EXPECT_EQ(store().use_setup_link(SecretHash("link"), admin_account("id-2", "ada"), at(10)),
            LinkOutcome::name_taken);
  EXPECT_TRUE(store().setup_link_valid(SecretHash("link"), at(10)));
}

TEST_P(StoreConformance, AnInviteMakesAsManyAccountsAsItSays) {
  store().add_invite(invite(2));
  reopen();
  EXPECT_EQ(store().find_invite(invite(2).code, at(20)), invite(2));
  EXPECT_EQ(store().use_invite(invite(2).code, account("id-1", "ada"), at(20)), LinkOutcome::account_added);
  EXPECT_EQ(store().find_invite(invite(2).code, at(20)), invite(1));
  EXPECT_EQ(store().use_invite(invite(2).code, account("id-2", "ada"), at(20)), LinkOutcome::name_taken);
  EXPECT_EQ(store().use_invite(invite(2).code, account("id-3", "bob"), at(20)), LinkOutcome::account_added);
  EXPECT_EQ(store().find_invite(invite(2).code, at(20)), std::nullopt);
  EXPECT_EQ(store().use_invite(invite(2).code, account("id-4", "eve"), at(20)), LinkOutcome::link_void);
  EXPECT_THAT(store().accounts(), ElementsAre(account("id-1", "ada"), account("id-3", "bob")));
}

TEST_P(StoreConformance, AnInviteEndsAndIsForgotten) {
  auto by_operator = invite(1);
  by_operator.made_by = std::nullopt;
  store().add_invite(by_operator);
  EXPECT_EQ(store().find_invite(SecretHash("other"), at(20)), std::nullopt);
  EXPECT_EQ(store().find_invite(by_operator.code, at(49)), by_operator);
  EXPECT_EQ(store().find_invite(by_operator.code, at(50)), std::nullopt);
  EXPECT_EQ(store().use_invite(by_operator.code, account("id-1", "ada"), at(50)), LinkOutcome::link_void);
  EXPECT_EQ(store().forget_expired_grants(at(49), 10), 0U);
  EXPECT_EQ(store().forget_expired_grants(at(50), 10), 1U);
}

}  // namespace chatserver::store::conformance
