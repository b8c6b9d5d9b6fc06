#include "chat/session_ender.hpp"

#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.hpp"

namespace chatserver::chat {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Keeps what is posted, and looks around at that moment.
class RecordingInbox final : public ShardInbox {
 public:
  void post(ShardDelivery delivery) override {
    if (on_post) on_post();
    deliveries.push_back(std::move(delivery));
  }
  std::function<void()> on_post;
  std::vector<ShardDelivery> deliveries;
};

class SessionEnderTest : public testing::Test {
 protected:
  SessionEnderTest() { ender.set_shards({&first, &second}); }

  [[nodiscard]] auth::Claims claims(std::string subject, std::string session_id) const {
    return {.subject = UserId(std::move(subject)),
            .username = "ann",
            .authorized_party = "ChatClient",
            .roles = {},
            .session_id = std::move(session_id),
            .expires_at = clock.utc() + std::chrono::minutes{5},
            .issued_at = clock.utc()};
  }
  [[nodiscard]] bool revoked(const std::string& subject, const std::string& session_id) const {
    return revocations.revoked(claims(subject, session_id), clock.utc());
  }
  template <class Change>
  static const Change& only_change(const RecordingInbox& inbox) {
    return std::get<Change>(inbox.deliveries.at(0).changes.at(0));
  }

  ManualClock clock;
  auth::Revocations revocations;
  RecordingInbox first;
  RecordingInbox second;
  SessionEnder ender{revocations};
};

TEST_F(SessionEnderTest, SubjectIsRefusedAndClosedOnEveryShard) {
  ender.end_subject(UserId("ann"), clock.utc());
  EXPECT_TRUE(revoked("ann", "s-1"));
  EXPECT_FALSE(revoked("bob", "s-1"));
  for (const RecordingInbox* inbox : {&first, &second}) {
    ASSERT_THAT(inbox->deliveries, SizeIs(1));
    const auto& close = only_change<CloseUser>(*inbox);
    EXPECT_EQ(close.user, UserId("ann"));
    EXPECT_EQ(close.close.code, 4001);
    EXPECT_THAT(*close.close.frame, HasSubstr("session over"));
  }
}

TEST_F(SessionEnderTest, LoginIsRefusedAndClosedOnEveryShard) {
  ender.end_login("s-1", UserId("ann"), clock.utc());
  EXPECT_TRUE(revoked("ann", "s-1"));
  EXPECT_FALSE(revoked("ann", "s-2"));
  for (const RecordingInbox* inbox : {&first, &second}) {
    ASSERT_THAT(inbox->deliveries, SizeIs(1));
    const auto& close = only_change<CloseLogin>(*inbox);
    EXPECT_EQ(close.login, auth::login_id("s-1"));
    EXPECT_EQ(close.user, UserId("ann"));
    EXPECT_EQ(close.close.code, 4001);
  }
}

TEST_F(SessionEnderTest, WhatAKeySignedIsClosedOnEveryShard) {
  ender.end_key("k-1");
  for (const RecordingInbox* inbox : {&first, &second}) {
    ASSERT_THAT(inbox->deliveries, SizeIs(1));
    const auto& close = only_change<CloseKey>(*inbox);
    EXPECT_EQ(close.key, auth::key_id("k-1"));
    EXPECT_EQ(close.close.code, 4001);
  }
  ender.end_key("");
  EXPECT_THAT(first.deliveries, SizeIs(1)) << "every session whose key has no name would match";
}

// A session registers and asks then: were it the other way round here, one could
// register behind the closing and ask before the refusal.
TEST_F(SessionEnderTest, TokensAreRefusedBeforeSessionsAreClosed) {
  bool was_revoked = false;
  first.on_post = [&] { was_revoked = revoked("ann", "s-1"); };
  ender.end_login("s-1", std::nullopt, clock.utc());
  EXPECT_TRUE(std::exchange(was_revoked, false));
  first.on_post = [&] { was_revoked = revoked("bob", "s-2"); };
  ender.end_subject(UserId("bob"), clock.utc());
  EXPECT_TRUE(was_revoked);
}

TEST_F(SessionEnderTest, WhatHasEndedAlreadyLeavesLaterSessionsAlone) {
  const Timestamp then = clock.utc();
  ender.end_subject(UserId("ann"), then);
  ender.end_login("s-1", UserId("bob"), then);
  ender.end_subject(UserId("ann"), then);
  ender.end_login("s-1", UserId("bob"), then);
  EXPECT_THAT(first.deliveries, SizeIs(2));
  ender.end_subject(UserId("ann"), then + std::chrono::seconds(1));
  EXPECT_THAT(first.deliveries, SizeIs(3));
}

TEST_F(SessionEnderTest, EmptySidEndsNothing) {
  ender.end_login("", std::nullopt, clock.utc());
  EXPECT_THAT(first.deliveries, IsEmpty()) << "every session whose token had no sid would match";
}

}  // namespace
}  // namespace chatserver::chat
