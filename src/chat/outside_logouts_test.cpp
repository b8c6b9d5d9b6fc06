#include "chat/outside_logouts.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/bare_store.hpp"

namespace chatserver::chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Keeps a word for each row.
class RowsOfLogouts final : public test::BareStore {
 public:
  void end_login(std::string_view sid, const UserId& user, Timestamp /*now*/) override {
    add("login " + std::string(sid) + " of " + user.value());
  }
  void end_logins(const UserId& user, Timestamp /*until*/) override { add("all of " + user.value()); }

  std::vector<std::string> rows;
  bool away = false;

 private:
  void add(std::string row) {
    if (away) throw store::Unavailable("told to fail");
    rows.push_back(std::move(row));
  }
};

struct Inbox final : ShardInbox {
  void post(ShardDelivery delivery) override { closings += delivery.changes.size(); }
  std::size_t closings = 0;
};

class OutsideLogoutsTest : public testing::Test {
 protected:
  OutsideLogoutsTest() { sessions_.set_shards({&inbox}); }

  RowsOfLogouts store;
  Inbox inbox;

 private:
  auth::Revocations revocations_;
  SessionEnder sessions_{revocations_};

 protected:
  OutsideLogouts logouts{sessions_, store};
};

TEST_F(OutsideLogoutsTest, SessionsEndHereBeforeTheStoreIsAsked) {
  logouts.end_login("s1", UserId("ann"), Timestamp{});
  logouts.end_subject(UserId("bob"), Timestamp{});
  EXPECT_EQ(inbox.closings, 2U);
  EXPECT_THAT(store.rows, IsEmpty());
}

TEST_F(OutsideLogoutsTest, EachIsWrittenOnceForTheOtherNodes) {
  logouts.end_login("s1", UserId("ann"), Timestamp{});
  logouts.end_login("s2", std::nullopt, Timestamp{});
  logouts.end_subject(UserId("bob"), Timestamp{});
  logouts.write();
  logouts.write();
  EXPECT_THAT(store.rows, ElementsAre("login s1 of ann", "login s2 of ", "all of bob"));
}

TEST_F(OutsideLogoutsTest, WhatTheStoreDidNotTakeIsWrittenLaterInOrder) {
  store.away = true;
  logouts.end_login("s1", UserId("ann"), Timestamp{});
  EXPECT_THROW(logouts.write(), store::Unavailable);
  logouts.end_login("s2", UserId("ann"), Timestamp{});
  EXPECT_THROW(logouts.write(), store::Unavailable);
  store.away = false;
  logouts.write();
  EXPECT_THAT(store.rows, ElementsAre("login s1 of ann", "login s2 of ann"));
}

TEST_F(OutsideLogoutsTest, TheOldestAreDroppedWhenTooManyWait) {
  for (std::size_t i = 0; i <= OutsideLogouts::waiting_max; ++i) {
    logouts.end_login("s" + std::to_string(i), UserId("ann"), Timestamp{});
  }
  logouts.write();
  EXPECT_EQ(store.rows.size(), OutsideLogouts::waiting_max);
  EXPECT_EQ(store.rows.front(), "login s1 of ann");
}

}  // namespace
}  // namespace chatserver::chat
