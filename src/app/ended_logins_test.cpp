#include "app/ended_logins.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "store/sqlite/sqlite_store.hpp"

namespace chatserver::app {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp now{1'767'225'600s};

struct Inbox final : chat::ShardInbox {
  void post(chat::ShardDelivery delivery) override {
    for (const auto& change : delivery.changes) {
      if (const auto* user = std::get_if<chat::CloseUser>(&change))
        closed_users.push_back(user->user.value());
      if (const auto* login = std::get_if<chat::CloseLogin>(&change)) logins.push_back(*login);
    }
  }
  std::vector<std::string> closed_users;
  std::vector<chat::CloseLogin> logins;
};

// A server's view of a database that others change.
class EndedLoginsTest : public testing::Test {
 protected:
  EndedLoginsTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "chatserver-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    auto store = store::open_sqlite(
        {.path = directory_ / "chat.db", .initial_rate_limit = {.messages = 1, .window = 1s}});
    EXPECT_TRUE(store) << store.error().detail;
    store_ = *std::move(store);
    sessions_.set_shards({&inbox_});
    for (const auto* name : {"ada", "bob"}) {
      EXPECT_TRUE(store_->add_account(
          {.id = UserId(name), .username = name, .password_hash = {}, .created_at = now}));
    }
  }
  ~EndedLoginsTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  [[nodiscard]] bool refused(const std::string& user, const std::string& sid, Timestamp issued_at) const {
    return revocations_.revoked({.subject = UserId(user),
                                 .username = user,
                                 .authorized_party = "ChatClient",
                                 .roles = {},
                                 .session_id = sid,
                                 .expires_at = issued_at + 300s,
                                 .issued_at = issued_at},
                                now);
  }

  std::filesystem::path directory_;
  std::unique_ptr<store::Store> store_;
  auth::Revocations revocations_;
  chat::SessionEnder sessions_{revocations_};
  Inbox inbox_;
};

TEST_F(EndedLoginsTest, ChangesWhileNoServerRanAreInForceFromTheStart) {
  ASSERT_TRUE(store_->set_password(UserId("ada"), "new", now));
  (void)store_->forget_expired_grants(now + 48h, 10);  // long ago, so that nothing but the account says so
  EndedLogins ended(*store_, *store_, revocations_, sessions_);
  EXPECT_TRUE(refused("ada", "s-1", now));
  EXPECT_FALSE(refused("ada", "s-1", now + 1s));
  EXPECT_FALSE(refused("bob", "s-1", now));
  EXPECT_TRUE(inbox_.closed_users.empty());
}

TEST_F(EndedLoginsTest, ASignOutOutlivesARestart) {
  store_->end_login("s-1", UserId("ada"), now);
  EndedLogins ended(*store_, *store_, revocations_, sessions_);
  EXPECT_TRUE(refused("ada", "s-1", now));
  EXPECT_FALSE(refused("ada", "s-2", now));
}

TEST_F(EndedLoginsTest, EachChangeIsAppliedOnce) {
  EndedLogins ended(*store_, *store_, revocations_, sessions_);
  ASSERT_TRUE(store_->set_disabled(UserId("ada"), true, now));
  store_->end_login("s-2", UserId("bob"), now);
  ended.catch_up();
  EXPECT_TRUE(refused("ada", "s-1", now));
  EXPECT_TRUE(refused("bob", "s-2", now));
  EXPECT_EQ(inbox_.closed_users, std::vector<std::string>{"ada"});
  EXPECT_EQ(inbox_.logins.size(), 1U);
  ended.catch_up();
  EXPECT_EQ(inbox_.closed_users.size(), 1U);
  EXPECT_EQ(inbox_.logins.size(), 1U);
}

TEST_F(EndedLoginsTest, ALoginWhoseUserNobodyNamedEndsAllTheSame) {
  EndedLogins ended(*store_, *store_, revocations_, sessions_);
  store_->end_login("s-1", UserId{}, now);
  ended.catch_up();
  EXPECT_TRUE(refused("ada", "s-1", now));
  ASSERT_EQ(inbox_.logins.size(), 1U);
  EXPECT_FALSE(inbox_.logins.front().user);
}

TEST_F(EndedLoginsTest, MoreChangesThanFitIntoOneLookAreAllApplied) {
  EndedLogins ended(*store_, *store_, revocations_, sessions_);
  for (int i = 0; i < 1001; ++i) store_->end_login("s-" + std::to_string(i), UserId("ada"), now);
  ended.catch_up();
  EXPECT_EQ(inbox_.logins.size(), 1001U);
}

}  // namespace
}  // namespace chatserver::app
