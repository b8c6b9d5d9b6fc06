#include "auth/revocations.hpp"

#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace chatserver::auth {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp now{std::chrono::seconds{1'767'225'600}};

Claims claims_of(std::string subject, std::optional<Timestamp> issued_at, std::string session_id = {}) {
  return {.subject = UserId(std::move(subject)),
          .username = "ann",
          .authorized_party = "ChatClient",
          .roles = {},
          .session_id = std::move(session_id),
          .expires_at = now + 5min,
          .issued_at = issued_at};
}

TEST(RevocationsTest, NothingIsRevokedAtFirst) {
  const Revocations revocations;
  EXPECT_FALSE(revocations.revoked(claims_of("ann", now, "s-1"), now));
  EXPECT_FALSE(revocations.revoked(claims_of("ann", std::nullopt), now));
}

TEST(RevocationsTest, EarlierTokensOfTheSubjectAreRefusedAndLaterOnesNot) {
  Revocations revocations;
  revocations.revoke_subject(UserId("ann"), now + 300ms);
  EXPECT_TRUE(revocations.revoked(claims_of("ann", now - 1h), now));
  EXPECT_TRUE(revocations.revoked(claims_of("ann", now), now)) << "of the same second";
  EXPECT_TRUE(revocations.revoked(claims_of("ann", now + 900ms), now)) << "of the same second";
  EXPECT_FALSE(revocations.revoked(claims_of("ann", now + 1s), now));
  EXPECT_FALSE(revocations.revoked(claims_of("bob", now - 1h), now));
}

TEST(RevocationsTest, TokenThatDoesNotSayWhenItWasIssuedIsRefused) {
  Revocations revocations;
  revocations.revoke_subject(UserId("ann"), now);
  EXPECT_TRUE(revocations.revoked(claims_of("ann", std::nullopt), now + 24h));
  EXPECT_FALSE(revocations.revoked(claims_of("bob", std::nullopt), now + 24h));
}

TEST(RevocationsTest, RevokingTheSubjectAgainNeverMovesBack) {
  Revocations revocations;
  revocations.revoke_subject(UserId("ann"), now);
  revocations.revoke_subject(UserId("ann"), now - 1h);
  EXPECT_TRUE(revocations.revoked(claims_of("ann", now), now));
  revocations.revoke_subject(UserId("ann"), now + 10s);
  EXPECT_TRUE(revocations.revoked(claims_of("ann", now + 10s), now));
}

TEST(RevocationsTest, SessionIsRefusedUntilItsTimeIsOver) {
  Revocations revocations;
  revocations.revoke_session("s-1", now, now + 1h);
  EXPECT_TRUE(revocations.revoked(claims_of("ann", now - 1min, "s-1"), now + 1h - 1s));
  EXPECT_TRUE(revocations.revoked(claims_of("ann", std::nullopt, "s-1"), now));
  EXPECT_FALSE(revocations.revoked(claims_of("ann", now - 1min, "s-1"), now + 1h));
  EXPECT_FALSE(revocations.revoked(claims_of("ann", now - 1min, "s-2"), now)) << "another login of the user";
  EXPECT_FALSE(revocations.revoked(claims_of("ann", now - 1min), now)) << "a token without sid";
}

TEST(RevocationsTest, EmptySidRevokesNothing) {
  Revocations revocations;
  revocations.revoke_session("", now, now + 1h);
  EXPECT_FALSE(revocations.revoked(claims_of("ann", now), now));
}

TEST(RevocationsTest, WhatWasRevokedStaysSoWhenThereIsMoreThanRoom) {
  Revocations revocations(4);
  for (int i = 0; i < 20; ++i) {
    revocations.revoke_subject(UserId("user" + std::to_string(i)), now + std::chrono::minutes{i});
    revocations.revoke_session("s" + std::to_string(i), now + std::chrono::minutes{i}, now + 24h);
  }
  for (int i = 0; i < 20; ++i) {
    const Timestamp issued = now + std::chrono::minutes{i} - 1s;
    EXPECT_TRUE(revocations.revoked(claims_of("user" + std::to_string(i), issued), now + 1h)) << i;
    EXPECT_TRUE(revocations.revoked(claims_of("other", issued, "s" + std::to_string(i)), now + 1h)) << i;
  }
  EXPECT_TRUE(revocations.revoked(claims_of("stranger", now), now + 1h)) << "as old as what was given up";
  EXPECT_FALSE(revocations.revoked(claims_of("stranger", now + 20min), now + 1h));
}

TEST(RevocationsTest, SessionsThatAreOverMakeRoomWithoutHarm) {
  Revocations revocations(4);
  for (int i = 0; i < 4; ++i) revocations.revoke_session("s" + std::to_string(i), now, now + 1h);
  revocations.revoke_session("late", now + 2h, now + 3h);
  EXPECT_FALSE(revocations.revoked(claims_of("stranger", now), now + 2h));
  EXPECT_TRUE(revocations.revoked(claims_of("ann", now, "late"), now + 2h));
}

TEST(RevocationsTest, ReadersAndWritersDoNotDisturbEachOther) {
  Revocations revocations(8);
  std::thread writer([&] {
    for (int i = 0; i < 1000; ++i) revocations.revoke_session("s" + std::to_string(i), now, now + 1h);
  });
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(revocations.revoked(claims_of("ann", now + 1h), now));
  writer.join();
}

TEST(LoginIdTest, NamesTheSidAndNothingWithoutOne) {
  EXPECT_EQ(login_id("s-1"), login_id("s-1"));
  EXPECT_NE(login_id("s-1"), login_id("s-2"));
  EXPECT_EQ(login_id(""), LoginId{});
  EXPECT_NE(login_id("s-1"), LoginId{});
}

}  // namespace
}  // namespace chatserver::auth
