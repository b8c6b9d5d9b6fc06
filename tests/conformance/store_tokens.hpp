#pragma once

#include "conformance/store.hpp"
#include "conformance/store_accounts.hpp"
#include "conformance/store_logins.hpp"

namespace chatserver::store::conformance {

// A code of session `a`, from second 110 to 170.
[[nodiscard]] inline AuthorizationCode code(const std::string& name = "code") {
  return {.code = SecretHash(name),
          .client = "WebClient",
          .redirect_uri = "https://chat.example/callback",
          .user = UserId("id-1"),
          .sid = session("a").sid,
          .nonce = "n-1",
          .scope = "openid profile",
          .challenge = "challenge",
          .authenticated_at = at(100, 7),
          .expires_at = at(170)};
}

// A family of session `a` that is over at second 400 when idle, else at 900.
[[nodiscard]] inline RefreshFamily family(const std::string& name = "family") {
  return {.family = SecretHash(name),
          .client = "WebClient",
          .user = UserId("id-1"),
          .sid = session("a").sid,
          .scope = "openid",
          .authenticated_at = at(100, 7),
          .idle_until = at(400),
          .expires_at = at(900)};
}

[[nodiscard]] inline Rotation rotation(std::string presented, std::string successor, Timestamp now) {
  return {.presented = {.family = family().family, .secret = SecretHash(std::move(presented))},
          .successor = SecretHash(std::move(successor)),
          .now = now,
          .idle_until = now + std::chrono::seconds(300)};
}

// The account and the session that the others are of.
inline void sign_in(Store& store) {
  (void)store.add_account(account("id-1", "ada"));
  ASSERT_TRUE(store.add_session(session("a")));
}

// With the first secret "s0".
inline void start_family(Store& store, const std::string& name = "family") {
  ASSERT_TRUE(store.add_code(code("code of " + name)));
  ASSERT_TRUE(store.take_code(SecretHash("code of " + name), at(120)));
  ASSERT_TRUE(store.start_family(family(name), SecretHash("s0"), SecretHash("code of " + name)));
}

TEST_P(StoreConformance, ACodeIsTakenOnce) {
  sign_in(store());
  EXPECT_TRUE(store().add_code(code()));
  reopen();
  const auto first = store().take_code(code().code, at(169));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->code, code());
  EXPECT_FALSE(first->used_before);
  const auto second = store().take_code(code().code, at(169));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->code, code());
  EXPECT_TRUE(second->used_before);
}

TEST_P(StoreConformance, AnUnusedCodeEndsAndAUsedOneIsRememberedForAWhile) {
  sign_in(store());
  EXPECT_FALSE(store().take_code(SecretHash("unknown"), at(120)));
  ASSERT_TRUE(store().add_code(code()));
  EXPECT_FALSE(store().take_code(code().code, at(170)));
  EXPECT_TRUE(store().take_code(code().code, at(169)));
  EXPECT_TRUE(store().take_code(code().code, at(171))->used_before);
  const auto forgotten_at = at(170) + code_memory;
  (void)store().forget_expired_grants(forgotten_at - std::chrono::microseconds(1), 10);
  EXPECT_TRUE(store().take_code(code().code, at(171)));
  (void)store().forget_expired_grants(forgotten_at, 10);
  EXPECT_FALSE(store().take_code(code().code, at(171)));
}

TEST_P(StoreConformance, OfConcurrentTakersExactlyOneFindsTheCodeUnused) {
  sign_in(store());
  for (int round = 0; round < 20; ++round) {
    const auto one = code("round " + std::to_string(round));
    ASSERT_TRUE(store().add_code(one));
    std::atomic<int> unused{0};
    std::vector<std::thread> takers;
    for (int i = 0; i < 4; ++i) {
      takers.emplace_back([&] {
        const auto taken = store().take_code(one.code, at(120));
        if (taken && !taken->used_before) ++unused;
      });
    }
    for (auto& taker : takers) taker.join();
    EXPECT_EQ(unused, 1);
  }
}

TEST_P(StoreConformance, ThereIsNoCodeOfASessionThatIsOver) {
  sign_in(store());
  store().end_login(session("a").sid, UserId("id-1"), at(110));
  EXPECT_FALSE(store().add_code(code()));
  EXPECT_FALSE(store().take_code(code().code, at(120)));
}

TEST_P(StoreConformance, AFamilyIsFoundUntilItIsIdleForTooLong) {
  sign_in(store());
  start_family(store());
  reopen();
  EXPECT_EQ(store().find_family(family().family, at(399)), family());
  EXPECT_EQ(store().find_family(family().family, at(400)), std::nullopt);
  EXPECT_EQ(store().find_family(SecretHash("s0"), at(300)), std::nullopt);
}

TEST_P(StoreConformance, AFamilyNeedsItsCodeToHaveBeenTakenJustOnce) {
  sign_in(store());
  ASSERT_TRUE(store().add_code(code()));
  EXPECT_FALSE(store().start_family(family(), SecretHash("s0"), code().code));  // not taken
  ASSERT_TRUE(store().take_code(code().code, at(120)));
  ASSERT_TRUE(store().take_code(code().code, at(120)));
  EXPECT_FALSE(store().start_family(family(), SecretHash("s0"), code().code));
  EXPECT_EQ(store().find_family(family().family, at(130)), std::nullopt);
}

TEST_P(StoreConformance, ASecondUseOfACodeRevokesWhatTheFirstWasGranted) {
  sign_in(store());
  start_family(store());
  start_family(store(), "other");
  ASSERT_TRUE(store().take_code(SecretHash("code of family"), at(130)));
  EXPECT_EQ(store().find_family(family().family, at(130)), std::nullopt);
  EXPECT_TRUE(store().find_family(SecretHash("other"), at(130)));
}

TEST_P(StoreConformance, ALogoutBeforeTheTokenRequestLeavesNoFamily) {
  sign_in(store());
  ASSERT_TRUE(store().add_code(code()));
  ASSERT_TRUE(store().take_code(code().code, at(120)));
  store().end_login(session("a").sid, UserId("id-1"), at(121));
  EXPECT_FALSE(store().start_family(family(), SecretHash("s0"), code().code));
}

TEST_P(StoreConformance, EachRefreshReplacesTheSecret) {
  sign_in(store());
  start_family(store());
  auto expected = family();
  expected.idle_until = at(500);
  EXPECT_EQ(store().rotate(rotation("s0", "s1", at(200))), expected);
  reopen();
  expected.idle_until = at(790);
  EXPECT_EQ(store().rotate(rotation("s1", "s2", at(490))), expected);
  EXPECT_EQ(store().find_family(family().family, at(789)), expected);
}

TEST_P(StoreConformance, NoRefreshProlongsAFamilyBeyondItsEnd) {
  sign_in(store());
  start_family(store());
  EXPECT_TRUE(store().rotate(rotation("s0", "s1", at(390))));
  const auto rotated = store().rotate(rotation("s1", "s2", at(680)));
  ASSERT_TRUE(rotated);
  EXPECT_EQ(rotated->idle_until, at(900));
  EXPECT_EQ(store().rotate(rotation("s2", "s3", at(900))), std::unexpected(RotationError::unknown));
}

TEST_P(StoreConformance, AnIdleFamilyIsOver) {
  sign_in(store());
  start_family(store());
  EXPECT_EQ(store().rotate(rotation("s0", "s1", at(400))), std::unexpected(RotationError::unknown));
}

TEST_P(StoreConformance, ALostAnswerIsAskedForAgainWithinItsTime) {
  sign_in(store());
  start_family(store());
  ASSERT_TRUE(store().rotate(rotation("s0", "s1", at(200))));
  EXPECT_TRUE(store().rotate(rotation("s0", "s2", at(215))));
  EXPECT_TRUE(store().rotate(rotation("s0", "s3", at(230))));  // 30 s from the first use
  EXPECT_TRUE(store().rotate(rotation("s3", "s4", at(231))));
}

TEST_P(StoreConformance, AskingAgainTooLateIsReuse) {
  sign_in(store());
  start_family(store());
  ASSERT_TRUE(store().rotate(rotation("s0", "s1", at(200))));
  ASSERT_TRUE(store().rotate(rotation("s0", "s2", at(229))));
  EXPECT_EQ(store().rotate(rotation("s0", "s3", at(230, 1))), std::unexpected(RotationError::reused));
  EXPECT_EQ(store().rotate(rotation("s2", "s4", at(231))), std::unexpected(RotationError::unknown));
}

TEST_P(StoreConformance, ReuseRevokesTheFamily) {
  sign_in(store());
  start_family(store());
  ASSERT_TRUE(store().rotate(rotation("s0", "s1", at(200))));
  ASSERT_TRUE(store().rotate(rotation("s1", "s2", at(201))));  // so that the answer with "s1" was not lost
  EXPECT_EQ(store().rotate(rotation("s0", "s3", at(202))), std::unexpected(RotationError::reused));
  EXPECT_EQ(store().rotate(rotation("s2", "s4", at(203))), std::unexpected(RotationError::unknown));
}

TEST_P(StoreConformance, ASecretThatWasNeverGivenOutRevokesTheFamilyToo) {
  sign_in(store());
  start_family(store());
  EXPECT_EQ(store().rotate(rotation("guessed", "s1", at(200))), std::unexpected(RotationError::reused));
  EXPECT_EQ(store().rotate(rotation("s0", "s2", at(201))), std::unexpected(RotationError::unknown));
}

TEST_P(StoreConformance, OfTwoAnswersTheFirstIsVoidOnceItWasAskedForAgain) {
  sign_in(store());
  start_family(store());
  ASSERT_TRUE(store().rotate(rotation("s0", "s1", at(200))));
  ASSERT_TRUE(store().rotate(rotation("s0", "s2", at(201))));
  EXPECT_EQ(store().rotate(rotation("s1", "s3", at(202))), std::unexpected(RotationError::reused));
  EXPECT_EQ(store().find_family(family().family, at(203)), std::nullopt);
}

TEST_P(StoreConformance, AFamilyIsRevokedByItselfByItsLoginAndByItsAccount) {
  sign_in(store());
  const std::vector<std::function<void()>> ways{
      [&] { store().revoke_family(family().family); },
      [&] { store().end_login(session("a").sid, UserId("id-1"), at(200)); },
      [&] { EXPECT_TRUE(store().set_password(UserId("id-1"), "new", at(100))); },
  };
  for (std::size_t i = 0; i < ways.size(); ++i) {
    start_family(store(), "family");
    start_family(store(), "other");
    ways[i]();
    EXPECT_EQ(store().find_family(family().family, at(201)), std::nullopt) << i;
    EXPECT_EQ(store().find_family(SecretHash("other"), at(201)).has_value(), i == 0) << i;
    store().revoke_family(SecretHash("other"));
    (void)store().forget_expired_grants(at(170) + code_memory, 10);
    ASSERT_TRUE(store().add_session(session("a")));  // over too, by then
  }
}

TEST_P(StoreConformance, AUserHasSoManyFamiliesThatTheOldestGoes) {
  sign_in(store());
  for (std::size_t i = 0; i <= families_per_user_max; ++i) start_family(store(), std::to_string(i));
  EXPECT_EQ(store().find_family(SecretHash("0"), at(150)), std::nullopt);
  EXPECT_TRUE(store().find_family(SecretHash("1"), at(150)));
  EXPECT_TRUE(store().find_family(SecretHash(std::to_string(families_per_user_max)), at(150)));
}

}  // namespace chatserver::store::conformance
