#pragma once

#include "conformance/store.hpp"
#include "conformance/store_accounts.hpp"

namespace chatserver::store::conformance {

// A session of account `id-1`, from second 100 to 200.
[[nodiscard]] inline BrowserSession session(const std::string& name) {
  return {.id = SecretHash("hash of " + name),
          .sid = "sid of " + name,
          .user = UserId("id-1"),
          .created_at = at(100, 7),
          .last_used_at = at(100, 7),
          .expires_at = at(200)};
}

TEST_P(StoreConformance, ABrowserSessionIsFoundUntilItsEnd) {
  ASSERT_TRUE(store().add_account(account("id-1", "ada")));
  EXPECT_TRUE(store().add_session(session("a")));
  reopen();
  EXPECT_EQ(store().find_session(session("a").id, at(150)), session("a"));
  EXPECT_EQ(store().find_session(session("a").id, at(199, 999'999)), session("a"));
  EXPECT_EQ(store().find_session(session("a").id, at(200)), std::nullopt);
  EXPECT_EQ(store().find_session(SecretHash("sid of a"), at(150)), std::nullopt);
}

TEST_P(StoreConformance, ABrowserSessionThatIsUsedLastsLonger) {
  ASSERT_TRUE(store().add_account(account("id-1", "ada")));
  ASSERT_TRUE(store().add_session(session("a")));
  store().touch_session(session("a").id, at(190), at(290));
  auto expected = session("a");
  expected.last_used_at = at(190);
  expected.expires_at = at(290);
  EXPECT_EQ(store().find_session(session("a").id, at(250)), expected);
  store().touch_session(SecretHash("unknown"), at(190), at(290));  // changes nothing
}

TEST_P(StoreConformance, NobodyHasASessionButEnabledAccountsAsTheyWere) {
  EXPECT_FALSE(store().add_session(session("nobody's")));
  ASSERT_TRUE(store().add_account(account("id-1", "ada")));
  ASSERT_TRUE(store().set_password(UserId("id-1"), "new", at(100, 8)));  // overtook the sign-in
  EXPECT_FALSE(store().add_session(session("overtaken")));
  EXPECT_EQ(store().find_session(session("overtaken").id, at(150)), std::nullopt);

  auto later = session("later");
  later.created_at = at(100, 8);
  EXPECT_TRUE(store().add_session(later));
  ASSERT_TRUE(store().set_admin(UserId("id-1"), true, at(100, 9)));  // two changes within a second
  later.created_at = at(100, 9);
  EXPECT_TRUE(store().add_session(later));
  ASSERT_TRUE(store().set_disabled(UserId("id-1"), true, at(100, 8)));
  later.id = SecretHash("disabled");
  later.sid = "disabled";
  EXPECT_FALSE(store().add_session(later));
}

TEST_P(StoreConformance, ANewSessionOfALoginReplacesTheFormer) {
  ASSERT_TRUE(store().add_account(account("id-1", "ada")));
  ASSERT_TRUE(store().add_account(account("id-2", "bob")));
  ASSERT_TRUE(store().add_session(session("a")));
  ASSERT_TRUE(store().add_session(session("b")));
  BrowserSession again{.id = SecretHash("another hash"),
                       .sid = session("a").sid,
                       .user = UserId("id-1"),
                       .created_at = at(110, 1),
                       .last_used_at = at(110, 2),
                       .expires_at = at(210)};
  EXPECT_TRUE(store().add_session(again));
  EXPECT_EQ(store().find_session(again.id, at(150)), again);
  EXPECT_EQ(store().find_session(session("a").id, at(150)), std::nullopt);
  EXPECT_EQ(store().find_session(session("b").id, at(150)), session("b"));

  auto bobs = again;  // nobody takes over another's login
  bobs.id = SecretHash("hash of bob's");
  bobs.user = UserId("id-2");
  EXPECT_FALSE(store().add_session(bobs));
  EXPECT_EQ(store().find_session(again.id, at(150)), again);
  EXPECT_EQ(store().find_session(bobs.id, at(150)), std::nullopt);

  ASSERT_TRUE(store().set_password(UserId("id-1"), "new", at(120)));
  EXPECT_FALSE(store().add_session(again));
  EXPECT_EQ(store().find_session(again.id, at(150)), std::nullopt);
}

TEST_P(StoreConformance, EndingALoginLeavesTheOthers) {
  ASSERT_TRUE(store().add_account(account("id-1", "ada")));
  ASSERT_TRUE(store().add_session(session("a")));
  ASSERT_TRUE(store().add_session(session("b")));
  store().end_login(session("a").sid, UserId("id-1"), at(120));
  EXPECT_EQ(store().find_session(session("a").id, at(150)), std::nullopt);
  EXPECT_EQ(store().find_session(session("b").id, at(150)), session("b"));
}

TEST_P(StoreConformance, AChangeOfAnAccountEndsItsBrowserSessionsAlone) {
  ASSERT_TRUE(store().add_account(account("id-1", "ada")));
  ASSERT_TRUE(store().add_account(account("id-2", "bob")));
  auto bobs = session("b");
  bobs.user = UserId("id-2");
  ASSERT_TRUE(store().add_session(bobs));
  const std::vector<std::function<bool()>> changes{
      [&] { return store().set_password(UserId("id-1"), "new", at(100)); },
      [&] { return store().set_admin(UserId("id-1"), true, at(100)); },
      [&] { return store().set_disabled(UserId("id-1"), true, at(100)); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    ASSERT_TRUE(store().add_session(session("a"))) << i;
    EXPECT_TRUE(changes[i]()) << i;
    EXPECT_EQ(store().find_session(session("a").id, at(150)), std::nullopt) << i;
  }
  EXPECT_EQ(store().find_session(bobs.id, at(150)), bobs);
}

TEST_P(StoreConformance, AUserHasSoManyBrowserSessionsThatTheOldestGoes) {
  ASSERT_TRUE(store().add_account(account("id-1", "ada")));
  for (std::size_t i = 0; i <= sessions_per_user_max; ++i) {
    ASSERT_TRUE(store().add_session(session(std::to_string(i))));
  }
  EXPECT_EQ(store().find_session(session("0").id, at(150)), std::nullopt);
  EXPECT_TRUE(store().find_session(session("1").id, at(150)));
  EXPECT_TRUE(store().find_session(session(std::to_string(sessions_per_user_max)).id, at(150)));
}

TEST_P(StoreConformance, SessionsThatAreOverAreForgottenSomeAtATime) {
  ASSERT_TRUE(store().add_account(account("id-1", "ada")));
  for (const auto* name : {"a", "b", "c"}) ASSERT_TRUE(store().add_session(session(name)));
  EXPECT_EQ(store().forget_expired_grants(at(199), 2), 0U);
  EXPECT_EQ(store().forget_expired_grants(at(200), 2), 2U);
  EXPECT_EQ(store().forget_expired_grants(at(200), 2), 1U);
  EXPECT_EQ(store().forget_expired_grants(at(200), 2), 0U);
}

}  // namespace chatserver::store::conformance
