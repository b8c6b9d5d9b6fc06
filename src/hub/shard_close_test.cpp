#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/shard.hpp"
#include "support/shard_fixture.hpp"

namespace chatserver::hub {
namespace {

using std::chrono::milliseconds;
using test::close_with;
using test::ShardClient;
using testing::ElementsAre;
using testing::IsEmpty;
using websocket::Opcode;

class ShardCloseTest : public test::ShardTest {
 protected:
  void pass_talking(ShardClient& client, milliseconds time) {
    for (milliseconds gone{0}; gone < time; gone += milliseconds{1000}) {
      shard().heard(client.id(), false, now());
      pass(milliseconds{1000});
    }
  }
};

TEST_F(ShardCloseTest, SilentClientIsPinged) {
  ShardClient& ann = connect("ann");
  pass(options.keepalive.ping - milliseconds{200});
  EXPECT_EQ(ann.count(Opcode::ping), 0U);
  pass(milliseconds{400});
  EXPECT_EQ(ann.count(Opcode::ping), 1U);
}

TEST_F(ShardCloseTest, ClientThatTalksIsNotPinged) {
  ShardClient& ann = connect("ann");
  pass_talking(ann, milliseconds{100'000});
  EXPECT_EQ(ann.count(Opcode::ping), 0U);
  EXPECT_FALSE(ann.transport.ended());
}

TEST_F(ShardCloseTest, ClientThatAnswersPingsStays) {
  ShardClient& ann = connect("ann");
  for (std::size_t pings = 1; pings <= 5; ++pings) {
    pass(options.keepalive.ping + milliseconds{200});
    EXPECT_EQ(ann.count(Opcode::ping), pings);
    shard().heard(ann.id(), false, now());
  }
  EXPECT_FALSE(ann.transport.ended());
}

TEST_F(ShardCloseTest, DeadClientIsDroppedAfterTheIdleTime) {
  ShardClient& ann = connect("ann");
  pass(options.keepalive.idle - milliseconds{200});
  EXPECT_FALSE(ann.transport.ended());
  pass(milliseconds{400});
  EXPECT_EQ(ann.transport.ended(), Ending::reset);
}

TEST_F(ShardCloseTest, MessageThatIsNotFinishedInTimeIsAProtocolError) {
  ShardClient& ann = connect("ann");
  for (int second = 0; second <= 31; ++second) {
    shard().heard(ann.id(), true, now());
    pass(milliseconds{1000});
  }
  EXPECT_EQ(ann.close_code(), 1002);
}

TEST_F(ShardCloseTest, MessageThatIsFinishedInTimeIsNone) {
  ShardClient& ann = connect("ann");
  shard().heard(ann.id(), true, now());
  pass(options.keepalive.frame - milliseconds{1000});
  shard().heard(ann.id(), false, now());
  pass(milliseconds{2000});
  shard().heard(ann.id(), true, now());
  pass(options.keepalive.frame - milliseconds{1000});
  EXPECT_EQ(ann.close_code(), 0);
}

TEST_F(ShardCloseTest, SessionEndsWithItsToken) {
  ShardClient& ann = *join("ann", SessionKind::chat, now() + milliseconds{10'000});
  ASSERT_TRUE(welcome(ann));
  pass(milliseconds{9'900});
  EXPECT_EQ(ann.close_code(), 0);
  pass(milliseconds{200});
  EXPECT_EQ(ann.close_code(), 4001);
}

TEST_F(ShardCloseTest, RenewedSessionLivesOn) {
  ShardClient& ann = *join("ann", SessionKind::chat, now() + milliseconds{10'000});
  ASSERT_TRUE(welcome(ann));
  shard().renew(ann.id(), LoginId{}, KeyId{}, now() + milliseconds{20'000});
  pass(milliseconds{19'800});
  EXPECT_EQ(ann.close_code(), 0);
  pass(milliseconds{400});
  EXPECT_EQ(ann.close_code(), 4001);
}

class ShardLoginTest : public ShardCloseTest {
 protected:
  ShardClient& connect_by(std::string_view user, LoginId login) {
    ShardClient& client = *join(user, SessionKind::chat, Monotonic::max(), login);
    EXPECT_TRUE(welcome(client));
    flush();
    return client;
  }
  void close_login(LoginId login, const std::optional<UserId>& user) {
    shard().close_login(login, user, close_with(4001), now());
    flush();
  }
};

TEST_F(ShardLoginTest, EndOfALoginClosesItsSessionsAndNoOthers) {
  ShardClient& ann = connect_by("ann", LoginId(1));
  ShardClient& ann_too = connect_by("ann", LoginId(1));
  ShardClient& ann_elsewhere = connect_by("ann", LoginId(2));
  ShardClient& bob = connect_by("bob", LoginId(3));
  close_login(LoginId(1), UserId("ann"));
  EXPECT_EQ(ann.close_code(), 4001);
  EXPECT_EQ(ann_too.close_code(), 4001);
  EXPECT_EQ(ann_elsewhere.close_code(), 0);
  EXPECT_EQ(bob.close_code(), 0);
}

TEST_F(ShardLoginTest, LoginIsFoundWithoutItsUser) {
  ShardClient& ann = connect_by("ann", LoginId(1));
  ShardClient& bob = connect_by("bob", LoginId(3));
  close_login(LoginId(3), std::nullopt);
  EXPECT_EQ(ann.close_code(), 0);
  EXPECT_EQ(bob.close_code(), 4001);
}

TEST_F(ShardLoginTest, SessionThatIsJoiningIsNotWelcomedAfterItsLoginEnded) {
  ShardClient& ann = *join("ann", SessionKind::chat, Monotonic::max(), LoginId(1));
  close_login(LoginId(1), UserId("ann"));
  EXPECT_FALSE(welcome(ann));
}

TEST_F(ShardLoginTest, RenewedSessionBelongsToTheLoginOfItsNewToken) {
  ShardClient& ann = connect_by("ann", LoginId(1));
  shard().renew(ann.id(), LoginId(2), KeyId{}, Monotonic::max());
  close_login(LoginId(1), UserId("ann"));
  EXPECT_EQ(ann.close_code(), 0);
  close_login(LoginId(2), UserId("ann"));
  EXPECT_EQ(ann.close_code(), 4001);
}

TEST_F(ShardCloseTest, EndOfAKeyClosesTheSessionsWhoseTokenItSigned) {
  const auto connect_by = [this](std::string_view user, KeyId key) -> ShardClient& {
    ShardClient& client = *join(user, SessionKind::chat, Monotonic::max(), LoginId{}, key);
    EXPECT_TRUE(welcome(client));
    return client;
  };
  ShardClient& ann = connect_by("ann", KeyId(1));
  ShardClient& bob = connect_by("bob", KeyId(2));
  ShardClient& renewed = connect_by("cid", KeyId(1));
  shard().renew(renewed.id(), LoginId{}, KeyId(2), Monotonic::max());
  shard().close_key(KeyId(1), close_with(4001), now());
  flush();
  EXPECT_EQ(ann.close_code(), 4001);
  EXPECT_EQ(bob.close_code(), 0);
  EXPECT_EQ(renewed.close_code(), 0);
}

TEST_F(ShardCloseTest, PeersCloseIsAnsweredAndEndsTheConnection) {
  ShardClient& ann = connect("ann");
  shard().peer_closed(ann.id(), close_with(1000), now());
  EXPECT_EQ(ann.close_code(), 1000);
  EXPECT_EQ(ann.transport.ended(), Ending::orderly);
}

TEST_F(ShardCloseTest, OwnCloseWaitsForThePeersAnswer) {
  ShardClient& ann = connect("ann");
  shard().close(ann.id(), close_with(4029), Shard::After::current_frame, now());
  flush();
  EXPECT_EQ(ann.close_code(), 4029);
  EXPECT_FALSE(ann.transport.ended());
  shard().peer_closed(ann.id(), close_with(4029), now());
  EXPECT_EQ(ann.transport.ended(), Ending::orderly);
  EXPECT_EQ(ann.count(Opcode::close), 1U);
}

TEST_F(ShardCloseTest, UnansweredCloseEndsByForce) {
  ShardClient& ann = connect("ann");
  shard().close(ann.id(), close_with(4029), Shard::After::current_frame, now());
  pass(options.keepalive.close - milliseconds{200});
  EXPECT_FALSE(ann.transport.ended());
  pass(milliseconds{400});
  EXPECT_EQ(ann.transport.ended(), Ending::reset);
}

TEST_F(ShardCloseTest, PeerThatIsNotUnderstoodIsToldTheEndAfterTheCloseFrame) {
  ShardClient& ann = connect("ann");
  ann.transport.set_room(2);
  publish();
  flush();
  shard().fail(ann.id(), close_with(1002), now());
  flush();
  EXPECT_FALSE(ann.transport.finished_after());
  ann.transport.set_room(test::ScriptedTransport::endless);
  ASSERT_TRUE(ann.transport.take_waiting());
  shard().on_writable(ann.id(), now());
  EXPECT_EQ(ann.close_code(), 1002);
  EXPECT_EQ(ann.transport.finished_after(), ann.transport.received().size());
  EXPECT_FALSE(ann.transport.ended());
  pass(options.keepalive.close + milliseconds{200});
  EXPECT_EQ(ann.transport.ended(), Ending::reset);
}

TEST_F(ShardCloseTest, PeerThatIsNotUnderstoodAfterOurCloseIsToldTheEndToo) {
  ShardClient& ann = connect("ann");
  shard().close(ann.id(), close_with(4029), Shard::After::current_frame, now());
  flush();
  shard().fail(ann.id(), close_with(1002), now());
  flush();
  EXPECT_EQ(ann.close_code(), 4029);
  EXPECT_TRUE(ann.transport.finished_after());
}

TEST_F(ShardCloseTest, CloseDropsWhatWaitsButFinishesTheFrameThatIsHalfOut) {
  ShardClient& ann = connect("ann");
  ann.transport.set_room(2);
  publish();
  publish();
  flush();
  shard().send(ann.id(), test::text_frame("direct"), now());
  shard().close(ann.id(), close_with(4003), Shard::After::current_frame, now());
  make_room(ann);
  EXPECT_THAT(ann.texts(), ElementsAre("m1"));
  EXPECT_EQ(ann.close_code(), 4003);
}

TEST_F(ShardCloseTest, AnswerToThePeersCloseFinishesTheFrameThatIsHalfOut) {
  ShardClient& ann = connect("ann");
  ann.transport.set_room(2);
  publish();
  flush();
  shard().peer_closed(ann.id(), close_with(1000), now());
  EXPECT_FALSE(ann.transport.ended());
  make_room(ann);
  EXPECT_THAT(ann.texts(), ElementsAre("m1"));
  EXPECT_EQ(ann.close_code(), 1000);
  EXPECT_EQ(ann.transport.ended(), Ending::orderly);
}

TEST_F(ShardCloseTest, CloseAllSendsEverythingFirst) {
  ShardClient& ann = connect("ann");
  ShardClient& bob = connect("bob");
  bob.transport.set_room(3);
  publish();
  whisper("ann", "bob", "psst");
  shard().close_all(close_with(1001), now());
  EXPECT_FALSE(shard().is_open(ann.id()));
  flush();
  EXPECT_THAT(ann.texts(), ElementsAre("psst", "m1"));
  EXPECT_EQ(ann.close_code(), 1001);
  EXPECT_EQ(bob.close_code(), 0);
  make_room(bob);
  EXPECT_THAT(bob.texts(), ElementsAre("psst", "m1"));
  EXPECT_EQ(bob.close_code(), 1001);
}

TEST_F(ShardCloseTest, PeerThatClosesDuringCloseAllIsAnsweredAtOnce) {
  ShardClient& ann = connect("ann");
  publish();
  shard().close_all(close_with(1001), now());
  shard().peer_closed(ann.id(), close_with(1000), now());
  EXPECT_EQ(ann.count(Opcode::close), 1U);
  EXPECT_EQ(ann.transport.ended(), Ending::orderly);
}

TEST_F(ShardCloseTest, BannedUserIsClosedInEverySession) {
  ShardClient& first = connect("ann");
  ShardClient& second = connect("ann");
  ShardClient& bob = connect("bob");
  shard().close_user(UserId("ann"), close_with(4003), now());
  flush();
  EXPECT_EQ(first.close_code(), 4003);
  EXPECT_EQ(second.close_code(), 4003);
  EXPECT_EQ(bob.close_code(), 0);
}

TEST_F(ShardCloseTest, WhoMissedSomethingIsClosedAndFindsItOnConnectingAgain) {
  ShardClient& ann = connect("ann");
  publish();
  shard().start_over({.last_public = CacheId(9),
                      .last_private = CacheId(4),
                      .complete_after = CacheId(6),
                      .recent = {test::public_message(7), test::public_message(9)}},
                     now());
  flush();
  EXPECT_EQ(ann.close_code(), 4008);
  EXPECT_EQ(shard().last_public(), CacheId(9));
  EXPECT_EQ(shard().how_to_resume(CacheId(2)), Shard::Resume::from_store);
  EXPECT_EQ(shard().how_to_resume(CacheId(6)), Shard::Resume::from_recent);
}

TEST_F(ShardCloseTest, AbortResetsEverybodyOnce) {
  ShardClient& ann = connect("ann");
  ShardClient& joining = *join("bob");
  shard().abort_all();
  EXPECT_EQ(ann.transport.ended(), Ending::reset);
  EXPECT_EQ(joining.transport.ended(), Ending::reset);
  publish();
  flush();
  EXPECT_THAT(ann.texts(), IsEmpty());
}

TEST_F(ShardCloseTest, DepartedTellsHowItEnded) {
  ShardClient& ann = connect("ann");
  shard().close(ann.id(), close_with(4029), Shard::After::current_frame, now());
  flush();
  const Shard::Departed departed = detach(ann);
  EXPECT_EQ(departed.close_code, 4029);
  EXPECT_TRUE(departed.was_live);
  EXPECT_EQ(departed.user.id, UserId("ann"));
}

}  // namespace
}  // namespace chatserver::hub
